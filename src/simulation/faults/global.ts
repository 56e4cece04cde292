import { Effect } from "effect"
import { slowestNetwork } from "../checker/NetworkConditions.ts"
import type { Fault } from "./FaultContext.ts"
import { drawCut } from "./sockets.ts"

/** Faults of the Global connection, and of everything at once. */
export const globalFaults = {
  "Global cut": (context) => context.rehearsal.cutGlobal(drawCut(context)),
  "Global half-open": (context) =>
    Effect.gen(function* () {
      if (context.prng.chance(0.3))
        yield* context.schedule(context.prng.logUniform(1_000, 60_000), context.rehearsal.unmuteGlobal)
      return yield* context.rehearsal.muteGlobal
    }),
  "Global cut, and teams leave meanwhile": (context) =>
    Effect.gen(function* () {
      const { prng, rehearsal } = context
      const happened = yield* rehearsal.cutGlobal(drawCut(context))
      for (let leavers = prng.int(1, 5); leavers > 0; leavers--) {
        const team = context.presentTeam()
        if (team === undefined) break
        yield* rehearsal.leave(team, prng.pick(["global", "team", "both", "nowhere"]))
        if (prng.chance(0.5)) yield* rehearsal.cut(team, drawCut(context))
      }
      return happened
    }),
  "Global cut again and again": (context) =>
    Effect.gen(function* () {
      const { prng, rehearsal } = context
      let at = 0
      for (let cuts = prng.int(2, 20); cuts > 0; cuts--) {
        at += prng.logUniform(10, 10_000)
        yield* context.schedule(at, rehearsal.cutGlobal(drawCut(context)))
      }
      return yield* rehearsal.cutGlobal(drawCut(context))
    }),
  "goodbye that means come back": ({ rehearsal, checker }) =>
    checker.settings.onGoodbye === "reconnect" ? rehearsal.goodbye : Effect.succeed(false),
  outage: (context) =>
    Effect.gen(function* () {
      const { prng, rehearsal, scenario } = context
      yield* rehearsal.startOutage({ cut: drawCut(context), dials: prng.pick(["refuse", "hang"]) })
      // Seconds to hours, as far as the scenario is long.
      yield* context.schedule(prng.logUniform(1_000, scenario.minutes * 60_000), rehearsal.endOutage)
      return true
    }),
  "slow network": (context) =>
    Effect.gen(function* () {
      const { prng, scenario, checker } = context
      if (scenario.latency === 0) return false
      checker.network.slowness = prng.logUniform(2, slowestNetwork)
      yield* context.schedule(
        prng.logUniform(1_000, 60_000),
        Effect.sync(() => {
          checker.network.slowness = 1
        })
      )
      return true
    }),
  "fleet stalls": ({ prng, checker }) =>
    Effect.sync(() => {
      checker.time.stall(prng.logUniform(20, 90_000), prng.pick(["timers", "frames"]))
      return true
    })
} satisfies Record<string, Fault>
