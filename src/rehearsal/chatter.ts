import { Clock, Effect, Random } from "effect"
import type { TeamId } from "../wire/TeamId.ts"
import { Rehearsal } from "./Rehearsal.ts"

/** Amount of what the teams say, and of their leaves. */
export interface ChatterOptions {
  /** Number of teams: their ids are 1 to this. */
  readonly teams: number
  /** Messages of all teams together, on average. Default 10. */
  readonly messagesPerSecond?: number | undefined
  /** The share of messages with `props` in their text, 0 to 1. Default 0.2. */
  readonly propsShare?: number | undefined
  /** Leaves of all teams together, on average; each comes back after 1 to 10 seconds. Default 6. */
  readonly leavesPerMinute?: number | undefined
  /** The same seed gives the same chatter. Default: the Random of the caller. */
  readonly seed?: string | number | undefined
}

/** Milliseconds after which what is overdue is skipped. */
const maxLag = 1_000

const remarks = ["good morning", "is the build green?", "lunch?", "deployed", "on my way", "that was quick"]

const thanks = ["props to the night shift", "big props for the fix", "props where props are due"]

/** Makes a wait for the next event of a Poisson process with this rate. */
const poisson = Effect.fnUntraced(function* (perSecond: number) {
  let next = yield* Clock.currentTimeMillis
  return Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    next = Math.max(next, now - maxLag) - (Math.log(1 - (yield* Random.next)) / perSecond) * 1_000
    if (next > now) yield* Effect.sleep(next - now)
  })
})

const pick = Effect.fnUntraced(function* <A>(items: ReadonlyArray<A>) {
  if (items.length === 0) return undefined
  return items[yield* Random.nextIntBetween(0, items.length, { halfOpen: true })]
})

/**
 * Joins teams and lets them talk, leave and come back, until it is interrupted. Uses Effect's Clock and Random only.
 */
export const chatter = Effect.fnUntraced(
  function* (options: ChatterOptions): Effect.fn.Return<never, never, Rehearsal> {
    const { leavesPerMinute = 6, messagesPerSecond = 10, propsShare = 0.2, teams } = options
    const rehearsal = yield* Rehearsal
    const present: Array<TeamId> = []

    const enter = (id: TeamId) => {
      present.push(id)
      return rehearsal.join(id)
    }
    for (let id = 1; id <= teams; id++) yield* enter(id)

    const talk = Effect.gen(function* () {
      const nextEvent = yield* poisson(messagesPerSecond)
      while (true) {
        yield* nextEvent
        const team = yield* pick(present)
        const text = yield* pick((yield* Random.next) < propsShare ? thanks : remarks)
        if (team !== undefined && text !== undefined) yield* rehearsal.say(team, text)
      }
    })

    const comeBack = Effect.fnUntraced(function* (id: TeamId) {
      yield* Effect.sleep(yield* Random.nextBetween(1_000, 10_000))
      yield* enter(id)
    })

    const churn = Effect.gen(function* () {
      const nextEvent = yield* poisson(leavesPerMinute / 60)
      while (true) {
        yield* nextEvent
        const team = yield* pick(present)
        if (team === undefined) continue
        present.splice(present.indexOf(team), 1)
        yield* rehearsal.leave(team)
        yield* Effect.forkChild(comeBack(team))
      }
    })

    yield* Effect.all([messagesPerSecond > 0 ? talk : Effect.never, leavesPerMinute > 0 ? churn : Effect.never], {
      concurrency: "unbounded",
      discard: true
    })
    return yield* Effect.never
  },
  (self, { seed }) => (seed === undefined ? self : Random.withSeed(self, seed))
)
