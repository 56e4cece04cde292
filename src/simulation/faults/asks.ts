import { Effect } from "effect"
import { Answer } from "../../rehearsal/Rehearsal.ts"
import type { Fault, FaultContext } from "./FaultContext.ts"
import { toSomeone } from "./sockets.ts"

const answered = (answer: (sky: FaultContext) => Answer): Fault =>
  toSomeone((sky, team) => {
    const times = sky.prng.scale(1, 12)
    const how = answer(sky)
    // A URL is offered to one team only: whose frames came in on it could not be told otherwise.
    const toAll = how._tag !== "Url" && sky.prng.chance(0.2)
    return sky.rehearsal.answerAsks(how, toAll ? { times } : { team, times })
  })

/** As late as the fleet's own patience, or later. */
const lateBy = ({ prng: dice, checker: watch }: FaultContext): number => {
  const { connectTimeout } = watch.settings
  return dice.pick([
    dice.scale(1, connectTimeout),
    connectTimeout + dice.int(-2, 2),
    dice.scale(connectTimeout, 60_000)
  ])
}

const nowhere = ({ fresh }: FaultContext): string => `ws://rehearsal.test/connect/nowhere-${fresh()}`

/** What happens to asks and offers. */
export const askFaults = {
  "ask unanswered": answered(() => Answer.Never()),
  "ask answered twice": answered(() => Answer.Twice()),
  "ask answered late": answered((sky) => Answer.Late({ by: lateBy(sky) })),
  "ask answered after left": toSomeone((sky, team) =>
    Effect.gen(function* () {
      const { prng: dice, rehearsal } = sky
      yield* rehearsal.answerAsks(Answer.Late({ by: dice.scale(2, 5_000) }), { team, times: 1 })
      yield* rehearsal.cut(team)
      yield* sky.later(dice.scale(1, 1_500), rehearsal.leave(team))
    })
  ),
  "ask answered with an error": answered(() => Answer.Error({ message: "not now" })),
  "URL that leads nowhere": answered((sky) => Answer.Url({ url: nowhere(sky) })),
  "URL of another host": answered(({ fresh }) => Answer.Url({ url: `ws://elsewhere.test/${fresh()}` })),
  "URL that is none": answered(({ prng: dice }) =>
    Answer.Url({ url: dice.pick(["", "not a URL", "ftp://rehearsal.test/x", "javascript:0", "ws://", "//x"]) })
  ),
  "URL that was used": toSomeone(({ rehearsal, checker: watch }, team) => {
    const used = [...watch.model.urls].find(([, of]) => of === team)
    return used === undefined
      ? Effect.succeed(false)
      : rehearsal.answerAsks(Answer.Url({ url: used[0] }), { team, times: 1 })
  }),
  "offer unasked": toSomeone((sky, team) => sky.rehearsal.offer(team, sky.prng.chance(0.3) ? nowhere(sky) : undefined))
} satisfies Record<string, Fault>
