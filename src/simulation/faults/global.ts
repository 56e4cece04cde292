import { Effect } from "effect"
import { slowestNetwork } from "../checker/Checker.ts"
import type { Fault } from "./FaultContext.ts"
import { someCut } from "./sockets.ts"

/** What happens to the Global connection, and to everything at once. */
export const globalFaults = {
  "Global cut": (sky) => sky.rehearsal.cutGlobal(someCut(sky)),
  "Global half-open": (sky) =>
    Effect.gen(function* () {
      if (sky.prng.chance(0.3)) yield* sky.later(sky.prng.scale(1_000, 60_000), sky.rehearsal.unmuteGlobal)
      return yield* sky.rehearsal.muteGlobal
    }),
  "Global cut, and teams leave meanwhile": (sky) =>
    Effect.gen(function* () {
      const { prng: dice, rehearsal } = sky
      const struck = yield* rehearsal.cutGlobal(someCut(sky))
      for (let leavers = dice.int(1, 5); leavers > 0; leavers--) {
        const team = sky.someone()
        if (team === undefined) break
        yield* rehearsal.leave(team, dice.pick(["global", "team", "both", "nowhere"]))
        if (dice.chance(0.5)) yield* rehearsal.cut(team, someCut(sky))
      }
      return struck
    }),
  "Global cut again and again": (sky) =>
    Effect.gen(function* () {
      const { prng: dice, rehearsal } = sky
      let at = 0
      for (let cuts = dice.int(2, 20); cuts > 0; cuts--) {
        at += dice.scale(10, 10_000)
        yield* sky.later(at, rehearsal.cutGlobal(someCut(sky)))
      }
      return yield* rehearsal.cutGlobal(someCut(sky))
    }),
  "goodbye that means come back": ({ rehearsal, checker: watch }) =>
    watch.settings.onGoodbye === "reconnect" ? rehearsal.goodbye : Effect.succeed(false),
  outage: (sky) =>
    Effect.gen(function* () {
      const { prng: dice, rehearsal, scenario: story } = sky
      yield* rehearsal.startOutage({ cut: someCut(sky), dials: dice.pick(["refuse", "hang"]) })
      // Seconds to hours, as far as the story is long.
      yield* sky.later(dice.scale(1_000, story.minutes * 60_000), rehearsal.endOutage)
      return true
    }),
  "slow network": (sky) =>
    Effect.gen(function* () {
      const { prng: dice, scenario: story, checker: watch } = sky
      if (story.latency === 0) return false
      watch.network.slowness = dice.scale(2, slowestNetwork)
      yield* sky.later(
        dice.scale(1_000, 60_000),
        Effect.sync(() => {
          watch.network.slowness = 1
        })
      )
      return true
    }),
  "fleet stands still": ({ prng: dice, checker: watch }) =>
    Effect.sync(() => {
      watch.time.stall(dice.scale(20, 90_000), dice.pick(["timers", "frames"]))
      return true
    })
} satisfies Record<string, Fault>
