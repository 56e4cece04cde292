import { Clock, Context, Data, Effect, Exit, Latch, Layer } from "effect"
import type { TeamId } from "../wire/TeamId.ts"
import { GlobalDown, GlobalLink } from "./GlobalLink.ts"
import { LeakAudit } from "./LeakAudit.ts"
import { monotonicMillis } from "./monotonic.ts"
import { Settings } from "./Settings.ts"

/** The server made no offer when it was asked for one. */
export class AskFailed extends Data.TaggedError("AskFailed")<{ readonly reason: "unanswered" | "error" }> {
  override get message() {
    return this.reason === "unanswered" ? "no reply to team.connect" : "the server answered team.connect with an error"
  }
}

/** An offer that nobody asked for, or that came too late for its ask. */
interface Unasked {
  readonly url: string
  /** Time at which it came, in {@link monotonicMillis}. */
  readonly at: number
}

/** An ask in flight. */
interface Ask {
  /** Time from which on a reply is too late, in {@link monotonicMillis}. */
  readonly until: number
  readonly settle: (outcome: Exit.Exit<string, AskFailed | GlobalDown>) => void
}

/**
 * The URLs that the Global connection hands out: who has asked, what came unasked, and what was used last.
 * Rule: protocol rows 5 to 8.
 */
export class Offers extends Context.Service<
  Offers,
  {
    /** Asks for an offer and waits for the reply, at most the connect timeout. One ask in flight a team. */
    readonly ask: (team: TeamId) => Effect.Effect<string, AskFailed | GlobalDown>
    /** The reply to an ask; false if none is in flight. */
    readonly answer: (team: TeamId, url: string) => Effect.Effect<boolean>
    /** Time at which an ask was answered with an offer last, in milliseconds of the monotonic clock: minus infinity before. */
    readonly answeredAt: () => number
    /** The failure of an ask; false if none is in flight. */
    readonly refuse: (team: TeamId) => Effect.Effect<boolean>
    /** Fails an ask in flight as one that is not answered: others are. Synchronous, since dial control decides on it. */
    readonly giveUp: (team: TeamId) => void
    /** Fails every ask in flight: its reply will not come. */
    readonly abandon: Effect.Effect<void>
    /** Keeps an offer that no ask waits for, for the team's next attempt. */
    readonly keep: (team: TeamId, url: string) => Effect.Effect<void>
    /** The kept offer, once, if it is not older than the connect timeout. */
    readonly takeKept: (team: TeamId) => Effect.Effect<string | undefined>
    /** Remembers the URL that a team is connected to, for use while the Global connection is down. */
    readonly remember: (team: TeamId, url: string) => Effect.Effect<void>
    /** The remembered URL, once: a second failure on it would be no news. */
    readonly takeRemembered: (team: TeamId) => Effect.Effect<string | undefined>
    /** Drops all that is held for a team: its session is over. */
    readonly drop: (team: TeamId) => Effect.Effect<void>
  }
>()("botswain/services/Offers") {
  static readonly layer: Layer.Layer<Offers, never, GlobalLink | Settings> = Layer.effect(
    Offers,
    Effect.gen(function* () {
      const global = yield* GlobalLink
      const { connectTimeout } = yield* Settings
      const clock = yield* Clock.Clock
      /** Asks in the order in which they were sent, which is that of their bounds too. */
      const asks = new Map<TeamId, Ask>()
      const asked = yield* Latch.make(false)
      let answeredAt = -Infinity
      const kept = new Map<TeamId, Unasked>()
      const remembered = new Map<TeamId, string>()
      const { add } = yield* LeakAudit
      add({ what: "asks in flight", until: "drained", count: () => asks.size })
      add({ what: "offers that are kept", until: "drained", count: () => kept.size })
      add({ what: "offers that are remembered", until: "drained", count: () => remembered.size })

      const settleUnsafe = (team: TeamId, outcome: Exit.Exit<string, AskFailed | GlobalDown>): boolean => {
        const ask = asks.get(team)
        asks.delete(team)
        ask?.settle(outcome)
        return ask !== undefined
      }
      const settle = (team: TeamId, outcome: Exit.Exit<string, AskFailed | GlobalDown>) =>
        Effect.sync(() => settleUnsafe(team, outcome))

      // One fiber sleeps for the oldest ask. A timeout for each was measured at 14 µs: two fibers and a race.
      const expire = Effect.gen(function* () {
        yield* asked.await
        const [oldest] = asks
        if (oldest === undefined) return asked.closeUnsafe()
        const [team, { until }] = oldest
        const left = until - monotonicMillis(clock)
        if (left > 0) return yield* Effect.sleep(left)
        yield* settle(team, Exit.fail(new AskFailed({ reason: "unanswered" })))
      })
      yield* Effect.forkScoped(Effect.forever(expire))

      return {
        ask: (team) =>
          Effect.callback((resume) => {
            if (!global.post({ type: "team.connect", team_id: team })) return resume(new GlobalDown())
            asks.set(team, { until: monotonicMillis(clock) + connectTimeout, settle: resume })
            asked.openUnsafe()
            return Effect.sync(() => asks.delete(team))
          }),
        answer: (team, url) =>
          Effect.sync(() => {
            const wasAsked = settleUnsafe(team, Exit.succeed(url))
            if (wasAsked) answeredAt = monotonicMillis(clock)
            return wasAsked
          }),
        answeredAt: () => answeredAt,
        refuse: (team) => settle(team, Exit.fail(new AskFailed({ reason: "error" }))),
        giveUp: (team) => void settleUnsafe(team, Exit.fail(new AskFailed({ reason: "unanswered" }))),
        abandon: Effect.suspend(() =>
          Effect.forEach([...asks.keys()], (team) => settle(team, Exit.fail(new GlobalDown())), { discard: true })
        ),
        keep: (team, url) => Effect.sync(() => void kept.set(team, { url, at: monotonicMillis(clock) })),
        takeKept: (team) =>
          Effect.sync(() => {
            const offer = kept.get(team)
            kept.delete(team)
            if (offer === undefined) return undefined
            return monotonicMillis(clock) - offer.at <= connectTimeout ? offer.url : undefined
          }),
        remember: (team, url) => Effect.sync(() => void remembered.set(team, url)),
        takeRemembered: (team) =>
          Effect.sync(() => {
            const url = remembered.get(team)
            remembered.delete(team)
            return url
          }),
        drop: (team) =>
          Effect.sync(() => {
            kept.delete(team)
            remembered.delete(team)
          })
      }
    })
  )
}
