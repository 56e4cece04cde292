import { Cause, Clock, Context, Effect, Layer, Random, type Scope } from "effect"
import { LeakAudit } from "./LeakAudit.ts"
import type { Liveness, Sweeper } from "./Liveness.ts"
import { monotonicMillis } from "./monotonic.ts"
import { Observers } from "./Observers.ts"
import { Settings, type SettingsValues } from "./Settings.ts"

/** The far end of a connection, as keep-alive knows it. */
export interface Peer {
  readonly liveness: Liveness
  /** Sends a ping, without waiting. */
  readonly ping: () => void
  /** Ends the connection: the peer has been silent for too long. Called once. */
  readonly declareDead: () => void
}

/** Milliseconds between two sweeps, at most: with sweeps of 100 ms a fleet of 5,000 cost half as much again. */
export const longestSweep = 500
/** Sweeps in the shortest bound that is kept, at least. */
const sweepsInABound = 10

/** Milliseconds from one sweep to the next. */
export const sweepOf = ({
  connectTimeout,
  pingInterval,
  pongTimeout
}: Pick<SettingsValues, "connectTimeout" | "pingInterval" | "pongTimeout">): number =>
  Math.min(longestSweep, Math.min(connectTimeout, pingInterval, pongTimeout) / sweepsInABound)

/**
 * Pings every connection and declares dead the peer that stays silent. Rule: protocol rows 10 to 12.
 *
 * One fiber sweeps over all connections. Silence is counted in sweeps, not by the clock: while the process is stalled no
 * sweep happens, so a peer is never blamed for frames that waited to be read. A sweep visits only who has a ping or a
 * judgement due: to visit all cost a fleet of 5,000 an eighth of what keeping it alive cost.
 */
export class KeepAlive extends Context.Service<
  KeepAlive,
  {
    /** Milliseconds of a sweep: what a count of silence stands for. */
    readonly sweepEach: number
    /** Watches a peer until it is released. The first ping comes at a random point of the interval. */
    readonly hold: (peer: Peer) => Effect.Effect<void>
    readonly release: (peer: Peer) => void
    /** Watches a peer until the Scope closes. */
    readonly watch: (peer: Peer) => Effect.Effect<void, never, Scope.Scope>
    /** Calls the observer with each round trip of a ping, in milliseconds, until the Scope closes. It must be quick. */
    readonly observe: (observer: (roundTrip: number) => void) => Effect.Effect<void, never, Scope.Scope>
  }
>()("botswain/services/KeepAlive") {
  static readonly layer: Layer.Layer<KeepAlive, never, Settings> = Layer.effect(
    KeepAlive,
    Effect.gen(function* () {
      const settings = yield* Settings
      const { connectTimeout, pingInterval, pongTimeout } = settings
      const sweepEach = sweepOf(settings)
      const sweepsIn = (millis: number) => Math.ceil(millis / sweepEach)
      const interval = sweepsIn(pingInterval)
      const longestSilence = interval + sweepsIn(pongTimeout)
      const longestGreeting = sweepsIn(connectTimeout)
      const clock = yield* Clock.Clock
      const observers = new Observers<number>()
      const sweeper: Sweeper = {
        sweeps: 0,
        answered: (liveness) => {
          const roundTrip = monotonicMillis(clock) - liveness.pingedAt
          liveness.answeredAt = clock.currentTimeMillisUnsafe()
          liveness.roundTrip = Math.round(roundTrip)
          observers.tell(roundTrip)
        }
      }
      /** Peers that are visited next, by the number of the sweep. */
      const visits = new Map<number, Set<Peer>>()
      const { add } = yield* LeakAudit
      const watched = () => visits.values().reduce((sum, { size }) => sum + size, 0)
      add({ what: "peers that are watched", until: "drained", count: watched })
      add({ what: "observers of round trips", until: "closed", count: () => observers.size })

      const lastSweepOf = ({ greeted, heardAt }: Liveness) => heardAt + (greeted ? longestSilence : longestGreeting)
      const plan = (peer: Peer) => {
        const { liveness } = peer
        liveness.nextVisit = Math.min(liveness.nextPing, lastSweepOf(liveness) + 1)
        const due = visits.get(liveness.nextVisit)
        if (due === undefined) visits.set(liveness.nextVisit, new Set([peer]))
        else due.add(peer)
      }
      const release = (peer: Peer) => void visits.get(peer.liveness.nextVisit)?.delete(peer)

      const visit = (peer: Peer) => {
        const { liveness } = peer
        if (sweeper.sweeps > lastSweepOf(liveness)) return peer.declareDead()
        if (sweeper.sweeps < liveness.nextPing) return plan(peer)
        liveness.nextPing += interval
        // Before the ping, which may end the connection, and so release it.
        plan(peer)
        liveness.pingedAt = monotonicMillis(clock)
        peer.ping()
      }
      // A peer that throws is watched no longer; the defect is logged when all others have had their visit.
      const sweep = Effect.suspend(() => {
        const defects: Array<unknown> = []
        const due = visits.get(++sweeper.sweeps) ?? []
        for (const peer of due) {
          try {
            visit(peer)
          } catch (defect) {
            release(peer)
            defects.push(defect)
          }
        }
        visits.delete(sweeper.sweeps)
        return Effect.forEach(defects, (defect) => Effect.logError("a peer cannot be pinged", Cause.die(defect)), {
          discard: true
        })
      })
      yield* Effect.forkScoped(Effect.forever(Effect.delay(sweep, sweepEach)))

      const hold = (peer: Peer) =>
        Effect.withFiberSucceed((fiber) => {
          const { liveness } = peer
          liveness.sweeper = sweeper
          liveness.heardAt = sweeper.sweeps
          // As `Random.nextIntBetween` has it, without its steps for each dial.
          const untilPing = 1 + Math.floor(fiber.getRef(Random.Random).nextDoubleUnsafe() * interval)
          liveness.nextPing = sweeper.sweeps + untilPing
          plan(peer)
        })

      return {
        sweepEach,
        hold,
        release,
        watch: (peer) => Effect.acquireRelease(hold(peer), () => Effect.sync(() => release(peer))),
        observe: (observer) => observers.observe(observer)
      }
    })
  )
}
