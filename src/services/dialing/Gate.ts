import { Clock, Data, Effect, Exit, Latch, type Scope } from "effect"
import { monotonicMillis } from "../monotonic.ts"

/** Which budget an attempt draws on: teams with a failed attempt behind them never hold up the others. */
export type Lane = "healthy" | "failing"

/** A dial that must not begin, now that its turn has come. It has not begun, and has cost nothing. */
export class TurnedAway extends Data.TaggedError("TurnedAway")<{}> {}

/** How far the pace may catch up on starts that a late timer missed, beyond a batch. In milliseconds. */
export const catchUp = 25

/**
 * What the pace lets begin together: as many as are due in this time, in milliseconds. Those that begin together share
 * their reads and writes: one by one a dial was measured to cost twice the CPU, and in batches of half the time a sixth more.
 */
export const batch = 50

/** Bounds of a {@link Gate}. */
export interface GateOptions {
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
export interface Gate {
  readonly pass: (
    lane: Lane,
    mayStart?: () => boolean
  ) => <A, E, R>(task: Effect.Effect<A, E, R>) => Effect.Effect<A, E | TurnedAway, R>
  /** Waits for a start of something that takes no time. */
  readonly wait: (lane: Lane) => Effect.Effect<void>
  readonly load: () => GateLoad
}

/** Work, from when it asks for its start until it has ended. */
class Place {
  readonly lane: Lane
  readonly mayStart: () => boolean
  resume: ((outcome: Exit.Exit<void, TurnedAway>) => void) | undefined = undefined
  inFlight = false

  constructor(lane: Lane, mayStart: () => boolean) {
    this.lane = lane
    this.mayStart = mayStart
  }
}

const turnedAway = Exit.fail(new TurnedAway())

const always = () => true

export const makeGate = Effect.fnUntraced(function* (options: GateOptions): Effect.fn.Return<Gate, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const gap = 1000 / options.rate
  /** By how much the last of a batch is early. */
  const ahead = Math.max(0, Math.floor(batch / gap) - 1) * gap
  const waiting = { healthy: new Set<Place>(), failing: new Set<Place>() }
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

  const begin = (place: Place, notBefore: number) => {
    nextStart = Math.max(nextStart, notBefore) + gap
    inFlight[place.lane]++
    place.inFlight = true
    place.resume?.(Exit.void)
  }

  const turnAway = (place: Place) => place.resume?.(turnedAway)

  // One fiber keeps the pace for all waiters; it sleeps on the latch while there is nothing that may start.
  const pump = Effect.gen(function* () {
    const now = monotonicMillis(clock)
    let lane = nextLane()
    if (lane === undefined) {
      work.closeUnsafe()
      yield* work.await
      // While nothing could start no start was missed, so there is nothing to catch up on.
      nextStart = Math.max(nextStart, monotonicMillis(clock))
      return
    }
    for (; lane !== undefined; lane = nextLane()) {
      const [place] = waiting[lane]
      if (place === undefined) return
      const admitted = place.mayStart()
      // Whole milliseconds: a clock cannot be asked to wait for less, and the pace catches up on what is rounded.
      if (admitted && nextStart - ahead > now) return yield* Effect.sleep(Math.ceil(nextStart - now))
      waiting[lane].delete(place)
      if (admitted) begin(place, now - catchUp)
      else turnAway(place)
    }
  })
  yield* Effect.forkScoped(Effect.forever(pump))

  const enter = (place: Place) => {
    const now = monotonicMillis(clock)
    if (!place.mayStart()) turnAway(place)
    else if (waiting.healthy.size + waiting.failing.size === 0 && hasRoom(place.lane) && nextStart - ahead <= now) {
      begin(place, now)
    } else {
      waiting[place.lane].add(place)
      work.openUnsafe()
    }
  }

  const leave = (place: Place) => {
    waiting[place.lane].delete(place)
    if (place.inFlight) inFlight[place.lane]--
    place.inFlight = false
    if (waiting.healthy.size + waiting.failing.size > 0) work.openUnsafe()
  }

  /** Waits for the start. For one fiber: a Deferred would be one more thing to make for each dial. */
  const start = (place: Place): Effect.Effect<void, TurnedAway> =>
    Effect.callback((resume) => {
      place.resume = resume
      enter(place)
    })

  const load = (): GateLoad => ({
    inFlight: inFlight.healthy + inFlight.failing,
    waiting: waiting.healthy.size + waiting.failing.size
  })

  return {
    load,
    wait: (lane) =>
      Effect.callback((resume) => {
        const place = new Place(lane, always)
        place.resume = () => {
          leave(place)
          resume(Effect.void)
        }
        enter(place)
        return Effect.sync(() => leave(place))
      }),
    pass:
      (lane, mayStart = always) =>
      (task) =>
        Effect.suspend(() => {
          const place = new Place(lane, mayStart)
          // To wait is part of what is left: an interruption finds the place taken or not, and never in between.
          return Effect.onExitPrimitive(
            Effect.flatMap(start(place), () => task),
            () => {
              leave(place)
              return undefined
            }
          )
        })
  }
})
