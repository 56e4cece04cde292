import { Effect } from "effect"
import type { TeamId } from "../../wire/TeamId.ts"
import type { FaultContext } from "../faults/FaultContext.ts"
import type { Prng } from "../Prng.ts"

/** Ids of both kinds, and some that look alike. */
export const idsOf = (dice: Prng, teams: number): ReadonlyArray<TeamId> =>
  Array.from({ length: teams }, (_, i) => (dice.chance(0.2) ? `${dice.int(1, 3) === 1 ? "" : "team-"}${i}` : i + 1))

const remarks = [
  "good morning",
  "is the build green?",
  "props to the night shift",
  "PROPS",
  "big props, props",
  ""
] as const

/** What teams do by themselves, one thing a turn. */
export const populate = (sky: FaultContext, ids: ReadonlyArray<TeamId>): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { prng: dice, rehearsal, checker: watch } = sky
    const anyone = dice.pick(ids)
    if (anyone === undefined) return
    const what = dice.int(0, 99)
    if (what < 60) {
      const speaker = sky.someone()
      if (speaker === undefined) return
      for (let words = dice.scale(1, 10); words > 0; words--) yield* rehearsal.say(speaker, dice.pick(remarks))
    } else if (what < 74) {
      // Some of them are here already.
      watch.tell(() => `join    team ${JSON.stringify(anyone)}`)
      yield* rehearsal.join(anyone)
    } else if (what < 84) {
      watch.tell(() => `left    team ${JSON.stringify(anyone)}`)
      yield* rehearsal.leave(anyone, dice.pick(["global", "global", "team", "both"]))
    } else if (what < 90) {
      watch.tell(() => `left and back: team ${JSON.stringify(anyone)}`)
      yield* rehearsal.leave(anyone)
      if (dice.chance(0.5)) yield* rehearsal.join(anyone)
      else yield* sky.later(dice.scale(1, 10_000), rehearsal.join(anyone))
    } else {
      for (let questions = dice.pick([1, 1, 1, 2, 3]); questions > 0; questions--) yield* rehearsal.askHealth
    }
  })
