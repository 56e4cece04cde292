import { Clock, Context, Effect, Layer, Schedule } from "effect"
import { Stats } from "../services/Stats.ts"
import { TeamRegistry } from "../services/TeamRegistry.ts"
import type { Past, Point } from "./api/FleetView.ts"

/** In milliseconds. */
const second = 1_000
/** In milliseconds. */
const minute = 60_000
/** Points that are kept of each timeline: two minutes by the second, two hours by the minute. */
const mostPoints = 120

/** Counts of the run so far, and the teams that are connected, at one instant. */
type Reading = Omit<Point, "at">

/** Newest points of the past, one for each span of `each` milliseconds. */
class Timeline {
  readonly points: Array<Point> = []
  #before: Reading
  #next: number
  readonly #each: number

  constructor(before: Reading, now: number, each: number) {
    this.#before = before
    this.#each = each
    this.#next = this.#after(now)
  }

  /** Adds a point if the span that is under way is over. */
  take(now: number, reading: Reading): void {
    if (now < this.#next - 2 * this.#each) this.#stepBack(now)
    if (now < this.#next) return
    this.points.push({
      at: this.#next - this.#each,
      connects: reading.connects - this.#before.connects,
      drops: reading.drops - this.#before.drops,
      messages: reading.messages - this.#before.messages,
      connected: reading.connected
    })
    if (this.points.length > mostPoints) this.points.shift()
    this.#before = reading
    // A process that was stalled gets one point for all that time.
    this.#next = this.#after(now)
  }

  /** Drops the points that lie ahead of a wall clock that was set back: their time comes again. */
  #stepBack(now: number): void {
    this.#next = this.#after(now)
    while ((this.points.at(-1)?.at ?? -Infinity) >= this.#next - this.#each) this.points.pop()
  }

  /** End of the span that this time is in. */
  #after(now: number): number {
    return (Math.floor(now / this.#each) + 1) * this.#each
  }
}

/** Past of the fleet: its connects, drops and messages of the last two minutes and of the last two hours. */
export class FleetHistory extends Context.Service<
  FleetHistory,
  {
    /** Points at this instant, oldest first. */
    readonly past: () => Past
  }
>()("botswain/admin/FleetHistory") {
  static readonly layer: Layer.Layer<FleetHistory, never, Stats | TeamRegistry> = Layer.effect(
    FleetHistory,
    Effect.gen(function* () {
      const stats = yield* Stats
      const registry = yield* TeamRegistry
      const clock = yield* Clock.Clock
      // Counted as they come and go: a look at every team costs 1 ms of each second in a fleet of 5,000.
      let open = registry.roster().filter(({ state }) => state._tag === "Open").length
      yield* registry.observe(({ from, to }) => {
        if (from._tag === "Open") open--
        if (to._tag === "Open") open++
      })
      const read = (): Reading => {
        const { incidents, messages } = stats.totalsUnsafe()
        const drops = (incidents["connection.dropped"] ?? 0) + (incidents["connection.dead"] ?? 0)
        return { connects: incidents["connection.opened"] ?? 0, drops, messages, connected: open }
      }

      const began = clock.currentTimeMillisUnsafe()
      const seconds = new Timeline(read(), began, second)
      const minutes = new Timeline(read(), began, minute)
      const look = Effect.sync(() => {
        const now = clock.currentTimeMillisUnsafe()
        const reading = read()
        seconds.take(now, reading)
        minutes.take(now, reading)
      })
      const untilNext = Effect.suspend(() => Effect.sleep(second - (clock.currentTimeMillisUnsafe() % second)))
      yield* Effect.forkScoped(Effect.repeat(Effect.andThen(untilNext, look), Schedule.forever))
      return { past: () => ({ seconds: seconds.points, minutes: minutes.points }) }
    })
  )
}
