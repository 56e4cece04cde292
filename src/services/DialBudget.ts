import { Clock, Context, Effect, Latch, Layer, type Scope } from "effect"
import { Settings } from "./Settings.ts"

/** Which budget an attempt draws on: teams with a failed attempt behind them never hold up the others. */
export type Lane = "healthy" | "failing"

interface Waiter {
  readonly start: () => void
}

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
  readonly pass: (lane: Lane) => Effect.Effect<void>
  readonly leave: (lane: Lane) => void
  readonly load: () => GateLoad
}

const makeGate = Effect.fnUntraced(function* (options: GateOptions): Effect.fn.Return<Gate, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const gap = 1000 / options.rate
  const waiting = { healthy: new Set<Waiter>(), failing: new Set<Waiter>() }
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
    const [waiter] = waiting[lane]
    if (waiter === undefined) return
    waiting[lane].delete(waiter)
    begin(lane, now - catchUp)
    waiter.start()
  })
  yield* Effect.forkScoped(Effect.forever(pump))

  const pass = (lane: Lane) =>
    Effect.callback<void>((resume) => {
      const now = clock.currentTimeMillisUnsafe()
      if (waiting.healthy.size + waiting.failing.size === 0 && hasRoom(lane) && nextStart <= now) {
        begin(lane, now)
        return resume(Effect.void)
      }
      const waiter: Waiter = { start: () => resume(Effect.void) }
      waiting[lane].add(waiter)
      work.openUnsafe()
      return Effect.sync(() => waiting[lane].delete(waiter))
    })

  const leave = (lane: Lane) => {
    inFlight[lane]--
    if (waiting.healthy.size + waiting.failing.size > 0) work.openUnsafe()
  }

  const load = (): GateLoad => ({
    inFlight: inFlight.healthy + inFlight.failing,
    waiting: waiting.healthy.size + waiting.failing.size
  })

  return { pass, leave, load }
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
        awaitAsk: asks.pass,
        loadUnsafe: () => ({ dials: dials.load(), asksWaiting: asks.load().waiting }),
        dial: (lane) => (dial) =>
          Effect.uninterruptibleMask((restore) =>
            Effect.flatMap(restore(dials.pass(lane)), () =>
              Effect.ensuring(
                restore(dial),
                Effect.sync(() => dials.leave(lane))
              )
            )
          )
      }
    })
  )
}
