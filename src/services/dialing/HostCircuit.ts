import { Clock, Context, Deferred, Effect, Latch, Layer } from "effect"
import type { Endpoint } from "../../wire/Endpoint.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import { LeakAudit } from "../LeakAudit.ts"
import { LogThrottle } from "../LogThrottle.ts"
import { monotonicMillis } from "../monotonic.ts"
import { Settings } from "../Settings.ts"
import { Stats } from "../Stats.ts"
import { TeamRegistry } from "../TeamRegistry.ts"
import { Circuit, type Pass } from "./Circuit.ts"
import { Circuits } from "./Circuits.ts"
import { batch, type Lane } from "./Gate.ts"

/** So many teams must fail to dial a host before its circuit opens: a few teams can be wrong, and the host all right. */
export const FewestFailing = Context.Reference<number>("botswain/services/dialing/HostCircuit/FewestFailing", {
  defaultValue: () => 20
})

/** Milliseconds between two looks at those that wait, at the most: one that gets through lets the next go sooner. */
const look = 100

/** True if both are served by one host, and so by one circuit. */
export const sameHost = (a: Endpoint, b: Endpoint): boolean => a.host === b.host

/**
 * Storm control, a circuit for each host: it opens when most dials to the host fail, that is when the teams that fail are
 * at least {@link FewestFailing} and more than those that are connected. Then one canary a second is dialled in place of the
 * fleet. When one gets through the others follow, faster as more get through and slower as more fail, so that a server that
 * is back is filled in seconds, and one that sheds load is told little more than it admits. It closes when nobody waits any
 * more. (Not effect's `CircuitBreaker`: that one counts calls, where one team's many failures must weigh no more than one,
 * and lets the next caller probe, where here the likeliest to get through is chosen.)
 */
export class HostCircuit extends Context.Service<
  HostCircuit,
  {
    /**
     * Whether a dial may begin at this instant, of a team that has had no pass, or this one, for the same host. A circuit
     * that is open for no reason any more, and that nobody waits for, closes when it is asked: nothing else looks at it.
     */
    readonly admits: (endpoint: Endpoint, pass?: Pass) => boolean
    /**
     * Waits until the circuit is closed, or it is the team's turn to begin. Those that have not failed go first, and of those the
     * newest: one that has just joined among many that fail is the likeliest to get through. Those that have failed take
     * turns.
     */
    readonly awaitPass: (endpoint: Endpoint, lane: Lane) => Effect.Effect<Pass>
    /**
     * Learns from a dial of a team. A canary that was offered another host counts for the one that it was the canary of as
     * well: the others may be offered another one too.
     */
    readonly watch: (
      team: TeamId,
      endpoint: Endpoint,
      canaryOf?: Endpoint
    ) => <A, E, R>(dial: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** Learns that a team's connection, if it had one, has ended. */
    readonly lost: (team: TeamId) => Effect.Effect<void>
    /** Lets each host that is waited for have a canary now: there is news of the platform. */
    readonly probe: Effect.Effect<void>
    /** Forgets a team whose stay is over. */
    readonly forget: (team: TeamId) => Effect.Effect<void>
  }
>()("botswain/services/dialing/HostCircuit") {
  static readonly layer: Layer.Layer<HostCircuit, never, LogThrottle | Settings | Stats | TeamRegistry> = Layer.effect(
    HostCircuit,
    Effect.gen(function* () {
      const { dialRate } = yield* Settings
      const stats = yield* Stats
      const registry = yield* TeamRegistry
      const throttle = yield* LogThrottle
      const clock = yield* Clock.Clock
      const fewest = yield* FewestFailing
      const circuits = new Circuits(() => new Circuit(fewest, dialRate))
      const work = yield* Latch.make(false)
      const { add } = yield* LeakAudit
      add({ what: "teams that wait for a host", until: "drained", count: () => circuits.waiters })
      add({ what: "teams that fail at a host", until: "drained", count: () => circuits.failing })
      add({ what: "teams that are connected to a host", until: "drained", count: () => circuits.connected })

      /** The host takes connections again: those that are tried rarely are tried now. */
      const wake = (teams: Iterable<TeamId>) => Effect.forEach(teams, (team) => registry.wake(team), { discard: true })

      const gotThrough = (host: string, circuit: Circuit) =>
        Effect.gen(function* () {
          if (circuit.waiters === 0) {
            yield* wake(circuits.close(host, circuit))
            return yield* Effect.annotateLogs(Effect.logDebug("a host takes connections again"), { host })
          }
          const wasUp = circuit.ramp.isUp
          circuit.ramp.gotThrough(monotonicMillis(clock))
          // Once for each time that the host is back: it may have been down again since the last.
          if (circuit.hasGotThrough && (wasUp || !circuit.ramp.isUp)) return
          circuit.hasGotThrough = true
          yield* wake([...circuit.failing])
        })

      const failed = (team: TeamId, host: string) =>
        Effect.suspend(() => {
          const circuit = circuits.failed(team, host)
          if (circuit.isOpen || !circuit.mostFail) return Effect.void
          circuit.open()
          stats.tally("circuit.opened")
          const { connected, failing } = circuit
          return throttle.warn("circuit opened", "most dials to a host fail: one canary a second is dialled", {
            host,
            failing: failing.size,
            connected
          })
        }).pipe(Effect.uninterruptible)

      const succeededAt = (host: string): Effect.Effect<void> => {
        const circuit = circuits.get(host)
        return circuit?.isOpen === true ? Effect.uninterruptible(gotThrough(host, circuit)) : Effect.void
      }

      const succeeded = (team: TeamId, host: string, canaryOf = host): Effect.Effect<void> => {
        circuits.succeeded(team, host)
        return canaryOf === host ? succeededAt(host) : Effect.andThen(succeededAt(host), succeededAt(canaryOf))
      }

      // One fiber for all hosts; it sleeps on the latch while nobody waits.
      const pump = Effect.gen(function* () {
        if (circuits.waiters === 0) {
          work.closeUnsafe()
          yield* work.await
        }
        const now = monotonicMillis(clock)
        let next = now + look
        for (const [host, circuit] of circuits.all()) {
          // Not in the instant in which teams leave: when the fleet ends all do, one after the other, and none that is
          // still there must be let go. Nobody is woken: nobody got through.
          if (circuit.isOpenInVain) circuit.close()
          circuit.sendDue(now)
          circuits.dropIfIdle(host)
          if (circuit.waiters > 0) next = Math.min(next, circuit.ramp.nextAt)
        }
        yield* Effect.sleep(Math.max(batch, Math.ceil(next - now)))
      })
      yield* Effect.forkScoped(Effect.forever(pump))

      return {
        admits: (endpoint, pass = "closed") => {
          const circuit = circuits.get(endpoint.host)
          if (circuit?.isOpenInVain === true && circuit.waiters === 0) circuit.close()
          return circuit === undefined || circuit.admits(pass)
        },
        awaitPass: (endpoint, lane) =>
          Effect.suspend(() => {
            const { host } = endpoint
            const circuit = circuits.get(host)
            if (circuit === undefined || !circuit.isOpen) return Effect.succeed<Pass>("closed")
            const waiter = circuit.wait(lane)
            work.openUnsafe()
            return Effect.onInterrupt(Deferred.await(waiter), () =>
              Effect.sync(() => {
                circuit.giveUp(lane, waiter)
                circuits.dropIfIdle(host)
              })
            )
          }),
        watch: (team, endpoint, canaryOf) => (dial) => {
          const { host } = endpoint
          return dial.pipe(
            Effect.tapError(() => failed(team, host)),
            Effect.tap(() => succeeded(team, host, canaryOf?.host))
          )
        },
        lost: (team) => Effect.sync(() => circuits.lost(team)),
        probe: Effect.sync(() => {
          for (const [, circuit] of circuits.all()) circuit.sendCanary()
        }),
        forget: (team) => Effect.sync(() => circuits.forget(team))
      }
    })
  )
}
