import { Clock, Context, Deferred, Effect, Exit, Latch, Layer, type Scope } from "effect"
import { Settings } from "./Settings.ts"

/** Which budget an attempt draws on: teams with a failed attempt behind them never hold up the others. */
export type Lane = "healthy" | "failing"

/** How far the pace may catch up on starts that a late timer missed. In milliseconds. */
const catchUp = 50

/** Bounds of a {@link Gate}. */
interface GateOptions {
  /** Starts a second. */
  readonly rate: number
  /** Starts that have not ended. */
  readonly inFlight: number
  /** Of those, kept free of failing teams. */
  readonly reserved: number
}

/** What is in flight, and what waits for its turn. */
export interface GateLoad {
  readonly inFlight: number
  readonly waiting: number
}

/** Lets work start at a pace, with a bound on what is in flight; healthy waiters go first, each lane in order. */
interface Gate {
  readonly pass: (lane: Lane) => <A, E, R>(task: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  readonly load: () => GateLoad
}

/** Done when the work that waits for it may start. */
type Turn = Deferred.Deferred<void>

const makeGate = Effect.fnUntraced(function* (options: GateOptions): Effect.fn.Return<Gate, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const gap = 1000 / options.rate
  const waiting = { healthy: new Set<Turn>(), failing: new Set<Turn>() }
  const inFlight = { healthy: 0, failing: 0 }
  const work = yield* Latch.make(false)
  let nextStart = 0

  const hasRoom = (lane: Lane) =>
    inFlight.healthy + inFlight.failing < options.inFlight &&
    (lane === "healthy" || inFlight.failing < options.inFlight - options.reserved)

  const nextLane = (): Lane | undefined =>
    waiting.healthy.size > 0 && hasRoom("healthy")
      ? "healthy"
      : waiting.failing.size > 0 && hasRoom("failing")
        ? "failing"
        : undefined

  const begin = (lane: Lane, notBefore: number) => {
    nextStart = Math.max(nextStart, notBefore) + gap
    inFlight[lane]++
  }

  // One fiber keeps the pace for all waiters; it sleeps on the latch while there is nothing that may start.
  const pump = Effect.gen(function* () {
    const lane = nextLane()
    const now = clock.currentTimeMillisUnsafe()
    if (lane === undefined) {
      work.closeUnsafe()
      yield* work.await
      // While nothing could start no start was missed, so there is nothing to catch up on.
      nextStart = Math.max(nextStart, clock.currentTimeMillisUnsafe())
      return
    }
    // Whole milliseconds: a clock cannot be asked to wait for less, and the pace catches up on what is rounded.
    if (nextStart > now) return yield* Effect.sleep(Math.ceil(nextStart - now))
    const [turn] = waiting[lane]
    if (turn === undefined) return
    waiting[lane].delete(turn)
    begin(lane, now - catchUp)
    Deferred.doneUnsafe(turn, Exit.void)
  })
  yield* Effect.forkScoped(Effect.forever(pump))

  const enter = (lane: Lane) =>
    Effect.sync(() => {
      const turn: Turn = Deferred.makeUnsafe()
      const now = clock.currentTimeMillisUnsafe()
      if (waiting.healthy.size + waiting.failing.size === 0 && hasRoom(lane) && nextStart <= now) {
        begin(lane, now)
        Deferred.doneUnsafe(turn, Exit.void)
      } else {
        waiting[lane].add(turn)
        work.openUnsafe()
      }
      return turn
    })

  const leave = (lane: Lane, turn: Turn) =>
    Effect.sync(() => {
      if (!waiting[lane].delete(turn)) inFlight[lane]--
      if (waiting.healthy.size + waiting.failing.size > 0) work.openUnsafe()
    })

  const load = (): GateLoad => ({
    inFlight: inFlight.healthy + inFlight.failing,
    waiting: waiting.healthy.size + waiting.failing.size
  })

  return {
    load,
    // To wait is part of the use: an interruption finds the turn taken or not, and never in between.
    pass: (lane) => (task) =>
      Effect.acquireUseRelease(
        enter(lane),
        (turn) => Effect.andThen(Deferred.await(turn), task),
        (turn) => leave(lane, turn)
      )
  }
})

/** What share of the dials in flight failing teams can never take. */
const reservedShare = 1 / 4

/** The fleet's budgets for asks and dials. Rule: the ladder of the protocol, last paragraph. */
export class DialBudget extends Context.Service<
  DialBudget,
  {
    /** Waits for the turn to ask for an offer: at most `dialRate` asks a second, so that offers do not grow old in a queue. */
    readonly awaitAsk: (lane: Lane) => Effect.Effect<void>
    /** Runs a dial when it may start: at most `maxDials` in flight and `dialRate` begun a second. */
    readonly dial: (lane: Lane) => <A, E, R>(dial: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** The dials at this instant, and the asks that wait. */
    readonly loadUnsafe: () => { readonly dials: GateLoad; readonly asksWaiting: number }
  }
>()("botswain/services/DialBudget") {
  static readonly layer: Layer.Layer<DialBudget, never, Settings> = Layer.effect(
    DialBudget,
    Effect.gen(function* () {
      const { dialRate, maxDials } = yield* Settings
      const asks = yield* makeGate({ rate: dialRate, inFlight: Infinity, reserved: 0 })
      const dials = yield* makeGate({
        rate: dialRate,
        inFlight: maxDials,
        reserved: Math.floor(maxDials * reservedShare)
      })
      return {
        awaitAsk: (lane) => asks.pass(lane)(Effect.void),
        dial: dials.pass,
        loadUnsafe: () => ({ dials: dials.load(), asksWaiting: asks.load().waiting })
      }
    })
  )
}
