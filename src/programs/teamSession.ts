import { Cause, Clock, Deferred, Duration, Effect, Schedule } from "effect"
import { DialBudget } from "../services/DialBudget.ts"
import { DialPolicy } from "../services/DialPolicy.ts"
import { Inbox } from "../services/Inbox.ts"
import { KeepAlive } from "../services/KeepAlive.ts"
import { LogThrottle } from "../services/LogThrottle.ts"
import { Offers } from "../services/Offers.ts"
import { Settings } from "../services/Settings.ts"
import { open } from "../services/Socket.ts"
import { Stats } from "../services/Stats.ts"
import { failuresOf, type Membership, TeamRegistry, TeamState } from "../services/TeamRegistry.ts"
import { isSlow, ladder, SessionEnded } from "./ladder.ts"
import { type Ending, TeamLink } from "./teamLink.ts"
import { laneOf, obtainEndpoint } from "./teamOffer.ts"

/** One attempt: asks, dials, and puts the connection to use. In a Scope that hangs it up. */
const connect = Effect.fnUntraced(function* (membership: Membership, failures: number) {
  const { team } = membership
  const [settings, registry, stats, policy, offers, budget, keepAlive] = yield* Effect.all([
    Settings,
    TeamRegistry,
    Stats,
    DialPolicy,
    Offers,
    DialBudget,
    KeepAlive
  ])
  const context = { stats, inbox: yield* Inbox, throttle: yield* LogThrottle }

  const endpoint = yield* obtainEndpoint(membership, failures)
  yield* registry.enter(membership, TeamState.Dialing({ failures, origin: endpoint.origin }))
  const link = new TeamLink(team.id, yield* stats.counter(team.id), context)
  const connection = yield* open({ endpoint, allowsAddress: policy.allowsAddress }, link, settings).pipe(
    Effect.tapError(() => Effect.sync(() => stats.tally("dial.failed"))),
    budget.dial(laneOf(failures))
  )
  link.attach(connection)
  const since = yield* Clock.currentTimeMillis
  yield* registry.enter(membership, TeamState.Open({ since, failures, transport: link }))
  yield* keepAlive.watch(link)
  yield* offers.remember(team.id, endpoint)
  stats.tally("connection.opened")
  return { link, since }
})

/** From the ask to the end of the connection. Always ends in a failure: the ladder decides what comes next. */
const session = Effect.fnUntraced(
  function* (membership: Membership, failures: number) {
    const registry = yield* TeamRegistry
    const stats = yield* Stats
    const { stableAfter } = yield* Settings

    const { link, since } = yield* Effect.mapError(
      connect(membership, failures),
      (error) => new SessionEnded({ failures: failures + 1, reason: error.message })
    )
    const ending = yield* Deferred.await(link.ended)
    if (ending._tag === "Left") {
      // Interrupts this fiber, whose Scope then hangs up.
      yield* registry.leave(membership.team.id)
      return yield* Effect.never
    }
    stats.tally(ending._tag === "Dead" ? "connection.dead" : "connection.dropped")
    const stable = (yield* Clock.currentTimeMillis) - since >= stableAfter
    const code = ending._tag === "Closed" ? ending.code : undefined
    return yield* new SessionEnded({ failures: stable ? 0 : failures + 1, reason: reasonOf(ending), code })
  },
  Effect.scoped,
  (self, _, failures) =>
    Effect.catchDefect(self, (defect) =>
      Effect.logError("a team's connection ended in a defect", Cause.die(defect)).pipe(
        Effect.andThen(new SessionEnded({ failures: failures + 1, reason: "defect" }))
      )
    )
)

const reasonOf = (ending: Exclude<Ending, { readonly _tag: "Left" }>): string =>
  ending._tag === "Dead" ? "the peer is dead: it has been silent for too long" : `closed with code ${ending.code}`

/** The wait before the next attempt, seen in the registry; in the slow lane it can be ended by a wake. */
const waitForTurn = Effect.fnUntraced(function* (membership: Membership, ended: SessionEnded, wait: Duration.Duration) {
  const registry = yield* TeamRegistry
  const settings = yield* Settings
  const { code, failures, reason } = ended
  const until = (yield* Clock.currentTimeMillis) + Duration.toMillis(wait)
  if (!isSlow(settings, failures)) {
    yield* registry.enter(membership, TeamState.Backoff({ failures, until, reason, code }))
    return yield* Effect.sleep(wait)
  }
  const wake = yield* Deferred.make<void>()
  yield* registry.enter(membership, TeamState.SlowLane({ failures, until, reason, code, wake }))
  yield* Effect.raceFirst(Effect.sleep(wait), Deferred.await(wake))
})

/**
 * Keeps one team connected for one stay, for ever: sessions one after the other, with the waits of the ladder between
 * them. What a session leaves behind is only how many have failed in a row.
 */
export const keepConnected = Effect.fnUntraced(function* (membership: Membership) {
  const settings = yield* Settings
  const offers = yield* Offers
  const turns = ladder(settings).pipe(
    Schedule.setInputType<SessionEnded>(),
    Schedule.modifyDelay(({ duration, input }) => Effect.as(waitForTurn(membership, input, duration), Duration.zero))
  )
  return yield* Effect.suspend(() => session(membership, failuresOf(membership.team.state))).pipe(
    Effect.retry(turns),
    // The ladder has no end, so only a defect of the ladder itself gets here. It must not end the team, nor spin.
    Effect.catchCause((cause) =>
      Effect.andThen(Effect.logError("a team's ladder ended", cause), Effect.sleep(settings.backoffCap))
    ),
    Effect.forever,
    Effect.ensuring(offers.drop(membership.team.id)),
    Effect.annotateLogs({ team: membership.team.id, generation: membership.generation })
  )
})
