import { Effect } from "effect"
import type { Parts, Target } from "../../rehearsal/Rehearsal.ts"
import type { Fault, FaultContext } from "./FaultContext.ts"
import { toPresentTeam } from "./sockets.ts"

/** Draws parts, few or many, that are whole within half of the message timeout. */
const drawParts = ({ checker, prng }: FaultContext): Parts => {
  const parts = prng.logUniform(2, 50)
  return { parts, every: prng.logUniform(10, checker.settings.messageTimeout / 2 / parts) }
}

/** Draws parts that go on and on, each a sign of life. */
const drawEndless = ({ checker, prng }: FaultContext): Parts => ({
  parts: Infinity,
  every: prng.logUniform(100, checker.settings.pingInterval)
})

const remark = "props, in no hurry"
const noise = `{"type":"presence"}`

/** Stops reading, for a time or until the faults are cleared. The peer may go on to ask and to talk. */
const stopReading = (context: FaultContext, target: Target): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const { prng, rehearsal, schedule } = context
    if (prng.chance(0.7)) yield* schedule(prng.logUniform(100, 60_000), rehearsal.readAgain(target))
    const happened = yield* rehearsal.stopReading(target)
    for (let asks = prng.pick([0, 1, 3]); asks > 0; asks--) yield* rehearsal.askHealth
    return happened
  })

/** Faults of peers that are slow, or do not listen. */
export const slownessFaults = {
  "message in parts": toPresentTeam((context, team) => context.rehearsal.sayInParts(team, remark, drawParts(context))),
  "message that is never whole": toPresentTeam((context, team) =>
    context.rehearsal.sayInParts(team, remark, drawEndless(context))
  ),
  "frame in parts on Global": (context) => context.rehearsal.sendInParts("global", noise, drawParts(context)),
  "frame on Global that is never whole": (context) =>
    context.rehearsal.sendInParts("global", noise, drawEndless(context)),
  "team does not read": toPresentTeam((context, team) => stopReading(context, { team })),
  "Global does not read": (context) => stopReading(context, "global"),
  "healthchecks by the hundred": ({ prng, rehearsal }) =>
    Effect.gen(function* () {
      let asked = false
      for (let asks = prng.logUniform(100, 800); asks > 0; asks--) asked = (yield* rehearsal.askHealth) || asked
      return asked
    })
} satisfies Record<string, Fault>
