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

/** Counts between two readings, at a part of the time from the one to the other: 0 to 1. */
const between = (from: Reading, to: Reading, part: number): Reading => {
  const at = (key: "connects" | "drops" | "messages") => from[key] + Math.floor((to[key] - from[key]) * part)
  return { connects: at("connects"), drops: at("drops"), messages: at("messages"), connected: to.connected }
}

/** Newest points of the past, one for each span of `each` milliseconds. */
class Timeline {
  readonly points: Array<Point> = []
  /** Counts when the span began that is under way. */
  #began: Reading
  /** End of that span. */
  #next: number
  #newest: Reading
  #newestAt: number
  readonly #each: number

  constructor(began: Reading, now: number, each: number) {
    this.#began = began
    this.#newest = began
    this.#newestAt = now
    this.#each = each
    this.#next = this.#after(now)
  }

  /**
   * Adds a point for each span that is over. A reading is hardly ever taken at the end of one, so what came since the last
   * reading is spread over the time in between: however early or late they are, a steady rate is shown as one.
   */
  take(now: number, reading: Reading): void {
    if (now < this.#next - 2 * this.#each) this.#stepBack(now)
    this.#newestAt = Math.min(this.#newestAt, now)
    const countsAt = (time: number) =>
      between(this.#newest, reading, (time - this.#newestAt) / Math.max(1, now - this.#newestAt))

    const oldestKept = this.#after(now) - mostPoints * this.#each
    if (this.#next < oldestKept) {
      this.#next = oldestKept
      this.#began = countsAt(oldestKept - this.#each)
    }
    for (; this.#next <= now; this.#next += this.#each) {
      const counts = countsAt(this.#next)
      this.points.push({
        at: this.#next - this.#each,
        connects: counts.connects - this.#began.connects,
        drops: counts.drops - this.#began.drops,
        messages: counts.messages - this.#began.messages,
        connected: counts.connected
      })
      if (this.points.length > mostPoints) this.points.shift()
      this.#began = counts
    }
    this.#newest = reading
    this.#newestAt = now
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
