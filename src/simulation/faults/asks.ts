import { Effect } from "effect"
import { Answer } from "../../rehearsal/Rehearsal.ts"
import type { Fault, FaultContext } from "./FaultContext.ts"
import { toPresentTeam } from "./sockets.ts"

/** Fault of some asks: they are answered in another way. */
const withAnswer = (answer: (context: FaultContext) => Answer): Fault =>
  toPresentTeam((context, team) => {
    const times = context.prng.logUniform(1, 12)
    const how = answer(context)
    // A URL is offered to one team only: whose frames came in on it could not be told otherwise.
    const toAll = how._tag !== "Url" && context.prng.chance(0.2)
    return context.rehearsal.answerAsks(how, toAll ? { times } : { team, times })
  })

/** Draws a delay around or beyond the fleet's own timeout. */
const drawLateness = ({ prng, checker }: FaultContext): number => {
  const { connectTimeout } = checker.settings
  return prng.pick([
    prng.logUniform(1, connectTimeout),
    connectTimeout + prng.int(-2, 2),
    prng.logUniform(connectTimeout, 60_000)
  ])
}

/** URL of the right host that leads nowhere. */
const urlToNowhere = ({ nextNumber }: FaultContext): string => `ws://rehearsal.test/connect/nowhere-${nextNumber()}`

/** Faults of asks and offers. */
export const askFaults = {
  "ask unanswered": withAnswer(() => Answer.Never()),
  "ask answered twice": withAnswer(() => Answer.Twice()),
  "ask answered late": withAnswer((context) => Answer.Late({ by: drawLateness(context) })),
  "ask answered after left": toPresentTeam((context, team) =>
    Effect.gen(function* () {
      const { prng, rehearsal } = context
      yield* rehearsal.answerAsks(Answer.Late({ by: prng.logUniform(2, 5_000) }), { team, times: 1 })
      yield* rehearsal.cut(team)
      yield* context.schedule(prng.logUniform(1, 1_500), rehearsal.leave(team))
    })
  ),
  "ask answered with an error": withAnswer(() => Answer.Error({ message: "not now" })),
  "URL that leads nowhere": withAnswer((context) => Answer.Url({ url: urlToNowhere(context) })),
  "URL of another host": withAnswer(({ nextNumber }) => Answer.Url({ url: `ws://elsewhere.test/${nextNumber()}` })),
  "URL that is none": withAnswer(({ prng }) =>
    Answer.Url({ url: prng.pick(["", "not a URL", "ftp://rehearsal.test/x", "javascript:0", "ws://", "//x"]) })
  ),
  "URL that was used": toPresentTeam(({ rehearsal, checker }, team) => {
    const used = [...checker.model.urls].find(([, of]) => of === team)
    return used === undefined
      ? Effect.succeed(false)
      : rehearsal.answerAsks(Answer.Url({ url: used[0] }), { team, times: 1 })
  }),
  "offer unasked": toPresentTeam((context, team) =>
    context.rehearsal.offer(team, context.prng.chance(0.3) ? urlToNowhere(context) : undefined)
  )
} satisfies Record<string, Fault>
