import { Clock, Context, Effect, Layer, Schedule } from "effect"
import { Stats } from "../services/Stats.ts"
import { TeamRegistry } from "../services/TeamRegistry.ts"
import type { Past, Point } from "./api/FleetView.ts"

/** Points that are kept: two minutes by the second, two hours by the minute. */
const seconds = 120
const minutes = 120
/** Milliseconds. */
const second = 1_000
const minute = 60_000

interface Reading {
  readonly connects: number
  readonly drops: number
  readonly messages: number
}

/** A row of points of one length of time, the newest of them. */
class Row {
  readonly points: Array<Point> = []
  #before: Reading
  #next: number
  readonly #each: number
  readonly #most: number

  constructor(before: Reading, now: number, each: number, most: number) {
    this.#before = before
    this.#each = each
    this.#most = most
    this.#next = this.#after(now)
  }

  take(now: number, reading: Reading, connected: () => number): void {
    if (now < this.#next - 2 * this.#each) this.#stepBack(now)
    if (now < this.#next) return
    this.points.push({
      at: this.#next - this.#each,
      connects: reading.connects - this.#before.connects,
      drops: reading.drops - this.#before.drops,
      messages: reading.messages - this.#before.messages,
      connected: connected()
    })
    if (this.points.length > this.#most) this.points.shift()
    this.#before = reading
    // A process that was stalled has one point for all that time.
    this.#next = this.#after(now)
  }

  /** The wall clock was set back: what lies ahead of it now will be told again. */
  #stepBack(now: number): void {
    this.#next = this.#after(now)
    while ((this.points.at(-1)?.at ?? -Infinity) >= this.#next - this.#each) this.points.pop()
  }

  /** When the point that is begun at this time is over. */
  #after(now: number): number {
    return (Math.floor(now / this.#each) + 1) * this.#each
  }
}

/** What the fleet did in the last two hours: connects, drops and messages. */
export class FleetHistory extends Context.Service<
  FleetHistory,
  {
    /** Synchronous: one instant. */
    readonly past: () => Past
  }
>()("botswain/admin/FleetHistory") {
  static readonly layer: Layer.Layer<FleetHistory, never, Stats | TeamRegistry> = Layer.effect(
    FleetHistory,
    Effect.gen(function* () {
      const stats = yield* Stats
      const registry = yield* TeamRegistry
      const clock = yield* Clock.Clock
      const read = (): Reading => {
        const { incidents, messages } = stats.totalsUnsafe()
        const drops = (incidents["connection.dropped"] ?? 0) + (incidents["connection.dead"] ?? 0)
        return { connects: incidents["connection.opened"] ?? 0, drops, messages }
      }
      // Counted as they come and go: to look at every team each second cost a fleet of 5,000 1 ms in each.
      let open = registry.roster().filter(({ state }) => state._tag === "Open").length
      yield* registry.observe(({ from, to }) => {
        if (from._tag === "Open") open--
        if (to._tag === "Open") open++
      })
      const connected = () => open

      const began = clock.currentTimeMillisUnsafe()
      const bySecond = new Row(read(), began, second, seconds)
      const byMinute = new Row(read(), began, minute, minutes)
      const look = Effect.sync(() => {
        const now = clock.currentTimeMillisUnsafe()
        const reading = read()
        bySecond.take(now, reading, connected)
        byMinute.take(now, reading, connected)
      })
      const untilNext = Effect.suspend(() => Effect.sleep(second - (clock.currentTimeMillisUnsafe() % second)))
      yield* Effect.forkScoped(Effect.repeat(Effect.andThen(untilNext, look), Schedule.forever))
      return { past: () => ({ seconds: bySecond.points, minutes: byMinute.points }) }
    })
  )
}
