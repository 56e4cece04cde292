import { Effect } from "effect"
import type { TeamId } from "../../wire/TeamId.ts"
import type { FaultContext } from "../faults/FaultContext.ts"
import type { Prng } from "../Prng.ts"

/** Draws ids of both kinds, and some that look alike. */
export const drawTeamIds = (prng: Prng, teams: number): ReadonlyArray<TeamId> =>
  Array.from({ length: teams }, (_, i) => (prng.chance(0.2) ? `${prng.int(1, 3) === 1 ? "" : "team-"}${i}` : i + 1))

const remarks = [
  "good morning",
  "is the build green?",
  "props to the night shift",
  "PROPS",
  "big props, props",
  ""
] as const

/** Makes a team talk, join or leave, as drawn, or the server ask for a healthcheck. */
export const actAsTeams = (context: FaultContext): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { checker, ids, prng, rehearsal } = context
    const anyone = prng.pick(ids)
    if (anyone === undefined) return
    const what = prng.int(0, 99)
    if (what < 60) {
      const speaker = context.presentTeam()
      if (speaker === undefined) return
      for (let words = prng.logUniform(1, 10); words > 0; words--) yield* rehearsal.say(speaker, prng.pick(remarks))
    } else if (what < 74) {
      // Some of them are here already.
      checker.trace(() => `join    team ${JSON.stringify(anyone)}`)
      yield* rehearsal.join(anyone)
    } else if (what < 84) {
      checker.trace(() => `left    team ${JSON.stringify(anyone)}`)
      yield* rehearsal.leave(anyone, prng.pick(["global", "global", "team", "both"]))
    } else if (what < 90) {
      checker.trace(() => `left and back: team ${JSON.stringify(anyone)}`)
      yield* rehearsal.leave(anyone)
      if (prng.chance(0.5)) yield* rehearsal.join(anyone)
      else yield* context.schedule(prng.logUniform(1, 10_000), rehearsal.join(anyone))
    } else {
      for (let questions = prng.pick([1, 1, 1, 2, 3]); questions > 0; questions--) yield* rehearsal.askHealth
    }
  })
