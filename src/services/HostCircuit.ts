import { Context, Deferred, Effect, Exit, Latch, Layer } from "effect"
import type { Endpoint } from "../wire/Endpoint.ts"
import type { TeamId } from "../wire/TeamId.ts"
import type { Lane } from "./DialBudget.ts"
import { Holdings } from "./Holdings.ts"
import { LogThrottle } from "./LogThrottle.ts"
import { Stats } from "./Stats.ts"
import { TeamRegistry } from "./TeamRegistry.ts"

/** So many teams must fail to dial a host before its circuit opens: a few teams can be wrong, and the host all right. */
export const FewestFailing = Context.Reference<number>("botswain/services/HostCircuit/FewestFailing", {
  defaultValue: () => 20
})

/**
 * Milliseconds from one canary of a host to the next. A dial a second is nothing to a server that is in trouble, and a
 * second is what the fleet loses when it is back. The next does not wait for the outcome of the one before: a canary whose
 * dial hangs would hold up a team that could get through.
 */
export const canaryEvery = 1_000

/** What may begin after a wait: one dial, to see how the host is, or whatever the circuit admits. */
export type Turn = "canary" | "closed"

type Waiter = Deferred.Deferred<Turn>

const lanes = ["healthy", "failing"] as const

/** What is known of a host. */
class Circuit {
  isOpen = false
  /** Teams whose last dial to it has failed. */
  readonly failing = new Set<TeamId>()
  /** Connections of ours. */
  connected = 0
  /** In the order of arrival. */
  readonly waiting: Readonly<Record<Lane, Array<Waiter>>> = { healthy: [], failing: [] }
}

const waiters = ({ waiting }: Circuit): number => waiting.healthy.length + waiting.failing.length

const hostOf = ({ hostname, port }: Endpoint): string => `${hostname}:${port}`

/** True if both are served by one host, and so by one circuit. */
export const sameHost = (a: Endpoint, b: Endpoint): boolean => hostOf(a) === hostOf(b)

/**
 * Storm control, a circuit for each host: it opens when most dials to the host fail, that is when the teams that fail are
 * at least {@link FewestFailing} and more than those that are connected. Then one canary a second is dialled in place of the
 * fleet, and its success closes the circuit. (Not effect's `CircuitBreaker`: that one counts calls, where one team's many
 * failures must weigh no more than one, and lets the next caller probe, where here the likeliest to get through is chosen.)
 */
export class HostCircuit extends Context.Service<
  HostCircuit,
  {
    /** Whether the circuit is closed, at this instant. */
    readonly admits: (endpoint: Endpoint) => boolean
    /**
     * Waits until the circuit is closed, or the team is its canary. Those that have not failed go first, and of those the
     * newest: one that has just joined among many that fail is the likeliest to get through. Those that have failed take
     * turns.
     */
    readonly awaitTurn: (endpoint: Endpoint, lane: Lane) => Effect.Effect<Turn>
    /**
     * Learns from a dial of a team. A canary that was offered another host closes the circuit that it was the canary of
     * as well: the others may be offered another one too.
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
>()("botswain/services/HostCircuit") {
  static readonly layer: Layer.Layer<HostCircuit, never, LogThrottle | Stats | TeamRegistry> = Layer.effect(
    HostCircuit,
    Effect.gen(function* () {
      const stats = yield* Stats
      const registry = yield* TeamRegistry
      const throttle = yield* LogThrottle
      const fewest = yield* FewestFailing
      const circuits = new Map<string, Circuit>()
      /** Where a team's last dial has failed. */
      const failedAt = new Map<TeamId, string>()
      /** Where a team is connected. */
      const connectedAt = new Map<TeamId, string>()
      const work = yield* Latch.make(false)
      const held = () => circuits.values().reduce((sum, circuit) => sum + waiters(circuit), 0)
      const { add } = yield* Holdings
      add({ what: "teams that wait for a host", until: "drained", count: held })
      add({ what: "teams that fail at a host", until: "drained", count: () => failedAt.size })
      add({ what: "teams that are connected to a host", until: "drained", count: () => connectedAt.size })

      const of = (host: string): Circuit => {
        const known = circuits.get(host)
        if (known !== undefined) return known
        const circuit = new Circuit()
        circuits.set(host, circuit)
        return circuit
      }

      const dropIfIdle = (host: string, circuit: Circuit) => {
        if (circuit.failing.size + circuit.connected + waiters(circuit) === 0) circuits.delete(host)
      }

      /** Lets all go: the budget of dials is the ramp. */
      const letGo = (circuit: Circuit) => {
        circuit.isOpen = false
        for (const lane of lanes) {
          for (const waiter of circuit.waiting[lane].splice(0)) Deferred.doneUnsafe(waiter, Exit.succeed("closed"))
        }
      }

      /** The host takes connections again: lets all go, and wakes those that are tried rarely. */
      const close = (host: string, circuit: Circuit) =>
        Effect.gen(function* () {
          const failing = [...circuit.failing]
          circuit.failing.clear()
          for (const team of failing) failedAt.delete(team)
          letGo(circuit)
          dropIfIdle(host, circuit)
          for (const team of failing) yield* registry.wake(team)
          yield* Effect.annotateLogs(Effect.logDebug("a host takes connections again"), { host })
        })

      const mostFail = ({ connected, failing }: Circuit) => failing.size >= fewest && failing.size > connected

      const forget = (team: TeamId) =>
        Effect.sync(() => {
          const host = failedAt.get(team)
          const circuit = host === undefined ? undefined : circuits.get(host)
          failedAt.delete(team)
          if (host === undefined || circuit === undefined) return
          circuit.failing.delete(team)
          dropIfIdle(host, circuit)
        })

      const failed = (team: TeamId, host: string) =>
        Effect.gen(function* () {
          if (failedAt.get(team) !== host) yield* forget(team)
          failedAt.set(team, host)
          const circuit = of(host)
          circuit.failing.add(team)
          if (circuit.isOpen || !mostFail(circuit)) return
          circuit.isOpen = true
          stats.tally("circuit.opened")
          const { connected, failing } = circuit
          yield* throttle.warn("circuit opened", "most dials to a host fail: one canary a second is dialled", {
            host,
            failing: failing.size,
            connected
          })
        }).pipe(Effect.uninterruptible)

      const lost = (team: TeamId) =>
        Effect.sync(() => {
          const host = connectedAt.get(team)
          const circuit = host === undefined ? undefined : circuits.get(host)
          connectedAt.delete(team)
          if (host === undefined || circuit === undefined) return
          circuit.connected--
          dropIfIdle(host, circuit)
        })

      const succeeded = (team: TeamId, host: string, canaryOf: string | undefined) =>
        Effect.gen(function* () {
          yield* lost(team)
          connectedAt.set(team, host)
          of(host).connected++
          yield* forget(team)
          for (const each of new Set([host, canaryOf])) {
            const circuit = each === undefined ? undefined : circuits.get(each)
            if (each !== undefined && circuit?.isOpen === true) yield* close(each, circuit)
          }
        }).pipe(Effect.uninterruptible)

      const sendCanary = ({ waiting }: Circuit) => {
        const waiter = waiting.healthy.pop() ?? waiting.failing.shift()
        if (waiter !== undefined) Deferred.doneUnsafe(waiter, Exit.succeed("canary"))
      }

      const probe = Effect.sync(() => {
        for (const circuit of circuits.values()) sendCanary(circuit)
      })

      /**
       * Closes circuits that have no reason to be open any more, as teams have left. Nobody is woken: nobody got through.
       * And not in the instant in which they leave: when the fleet ends all do, one after the other, and none that is still
       * there must be let go.
       */
      const settle = Effect.sync(() => {
        for (const [host, circuit] of circuits) {
          if (circuit.isOpen && !mostFail(circuit)) letGo(circuit)
          dropIfIdle(host, circuit)
        }
      })

      // One fiber for all hosts; it sleeps on the latch while nobody waits.
      const pump = Effect.gen(function* () {
        if (!circuits.values().some((circuit) => waiters(circuit) > 0)) {
          work.closeUnsafe()
          yield* work.await
        }
        yield* settle
        yield* probe
        yield* Effect.sleep(canaryEvery)
      })
      yield* Effect.forkScoped(Effect.forever(pump))

      return {
        admits: (endpoint) => circuits.get(hostOf(endpoint))?.isOpen !== true,
        awaitTurn: (endpoint, lane) =>
          Effect.suspend(() => {
            const host = hostOf(endpoint)
            const circuit = circuits.get(host)
            if (circuit === undefined || !circuit.isOpen) return Effect.succeed<Turn>("closed")
            const line = circuit.waiting[lane]
            const waiter: Waiter = Deferred.makeUnsafe()
            line.push(waiter)
            work.openUnsafe()
            return Effect.onInterrupt(Deferred.await(waiter), () =>
              Effect.sync(() => {
                const at = line.lastIndexOf(waiter)
                if (at >= 0) line.splice(at, 1)
                dropIfIdle(host, circuit)
              })
            )
          }),
        watch: (team, endpoint, canaryOf) => (dial) => {
          const host = hostOf(endpoint)
          const probed = canaryOf === undefined ? undefined : hostOf(canaryOf)
          return dial.pipe(
            Effect.tapError(() => failed(team, host)),
            Effect.tap(() => succeeded(team, host, probed))
          )
        },
        lost,
        probe,
        forget
      }
    })
  )
}
