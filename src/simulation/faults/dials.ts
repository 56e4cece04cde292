import { Effect } from "effect"
import type { Dials } from "../../rehearsal/Rehearsal.ts"
import type { Fault, FaultContext } from "./FaultContext.ts"

/** Some handshakes: of one team, of all teams, or of Global. */
const some = ({ prng: dice, someone }: FaultContext): { readonly of: Dials; readonly count: number } => {
  const team = someone()
  const of = team !== undefined && dice.chance(0.7) ? { team } : dice.pick(["teams", "global", "all"] as const)
  return { of, count: dice.scale(1, 20) }
}

/** What happens to handshakes. */
export const dialFaults = {
  "dial refused": (sky) =>
    Effect.as(sky.rehearsal.refuseDials({ ...some(sky), status: sky.prng.pick([401, 403, 404, 429, 500, 503]) }), true),
  "dial without an answer": (sky) => Effect.as(sky.rehearsal.hangDials(some(sky)), true),
  "dial answered as the timeout fires": (sky) => {
    const { connectTimeout } = sky.checker.settings
    return Effect.as(sky.rehearsal.delayDials(connectTimeout + sky.prng.int(-2, 2), some(sky)), true)
  },
  "no hello": (sky) => Effect.as(sky.rehearsal.loseHello(some(sky)), true),
  "load shed": (sky) =>
    Effect.as(
      Effect.andThen(
        sky.rehearsal.limitDials(sky.prng.int(0, 5)),
        sky.later(sky.prng.scale(1_000, 120_000), sky.rehearsal.limitDials(Infinity))
      ),
      true
    )
} satisfies Record<string, Fault>
