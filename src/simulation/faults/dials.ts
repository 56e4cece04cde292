import { Effect } from "effect"
import type { Dials } from "../../rehearsal/Rehearsal.ts"
import type { Fault, FaultContext } from "./FaultContext.ts"

/** Draws some handshakes: of one team, of all teams, or of Global. */
const drawDials = ({ presentTeam, prng }: FaultContext): { readonly of: Dials; readonly count: number } => {
  const team = presentTeam()
  const of = team !== undefined && prng.chance(0.7) ? { team } : prng.pick(["teams", "global", "all"] as const)
  return { of, count: prng.logUniform(1, 20) }
}

/** Faults of handshakes. */
export const dialFaults = {
  "dial refused": (context) =>
    Effect.as(
      context.rehearsal.refuseDials({
        ...drawDials(context),
        status: context.prng.pick([401, 403, 404, 429, 500, 503])
      }),
      true
    ),
  "dial without an answer": (context) => Effect.as(context.rehearsal.hangDials(drawDials(context)), true),
  "dial answered as the timeout fires": (context) => {
    const { connectTimeout } = context.checker.settings
    return Effect.as(context.rehearsal.delayDials(connectTimeout + context.prng.int(-2, 2), drawDials(context)), true)
  },
  "no hello": (context) => Effect.as(context.rehearsal.loseHello(drawDials(context)), true),
  "load shed": (context) =>
    Effect.as(
      Effect.andThen(
        context.rehearsal.limitDials(context.prng.int(0, 5)),
        context.schedule(context.prng.logUniform(1_000, 120_000), context.rehearsal.limitDials(Infinity))
      ),
      true
    )
} satisfies Record<string, Fault>
