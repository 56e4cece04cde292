import { Cause, Clock, Deferred, Duration, Effect, Schedule } from "effect"
import { DialBudget } from "../services/DialBudget.ts"
import { DialPolicy } from "../services/DialPolicy.ts"
import { KeepAlive } from "../services/KeepAlive.ts"
import { LogThrottle } from "../services/LogThrottle.ts"
import { Offers } from "../services/Offers.ts"
import { Settings } from "../services/Settings.ts"
import { handshake } from "../services/Socket.ts"
import { Stats } from "../services/Stats.ts"
import { type Membership, TeamRegistry, TeamState } from "../services/TeamRegistry.ts"
import { isSlow, ladder, SessionEnded } from "./ladder.ts"
import { type Ending, LinkContext, TeamLink } from "./teamLink.ts"
import { laneOf, obtainEndpoint } from "./teamOffer.ts"

/**
 * What the fiber of a team holds from one session to the next. Whatever ends the fiber finds here what to hang up, so
 * that it needs no Scope: while the connection is up it is parked in no Scope, Schedule, generator or context of its
 * own, because they weigh 8 KB a team.
 */
interface Berth extends Membership {
  /** Sessions that have failed in a row. */
  failures: number
  link: TeamLink | undefined
}

/** One attempt: asks, dials, and puts the connection to use. */
const connect = Effect.fnUntraced(function* (berth: Berth) {
  const { failures, team } = berth
  const registry = yield* TeamRegistry
  const stats = yield* Stats
  const policy = yield* DialPolicy
  const budget = yield* DialBudget
  const keepAlive = yield* KeepAlive

  const endpoint = yield* obtainEndpoint(berth, failures)
  yield* registry.enter(berth, TeamState.Dialing({ failures, origin: endpoint.origin }))
  const link = new TeamLink(team.id, yield* stats.counter(team.id), yield* LinkContext)
  berth.link = link
  yield* handshake({ endpoint, allowsAddress: policy.allowsAddress }, link, (connection) => {
    link.attach(connection)
    // Bounds the handshake too. Rule: protocol row 14.
    return Effect.andThen(keepAlive.hold(link), connection.opened)
  }).pipe(
    Effect.tapError(() => Effect.sync(() => stats.tally("dial.failed"))),
    budget.dial(laneOf(failures))
  )
  link.silence = 0
  const since = yield* Clock.currentTimeMillis
  yield* registry.enter(berth, TeamState.Open({ since, failures, transport: link }))
  yield* (yield* Offers).remember(team.id, endpoint)
  stats.tally("connection.opened")
  return link
})

const failed = ({ failures }: Berth, reason: string) => new SessionEnded({ failures: failures + 1, reason })

/** A defect ends a session, and not the team. */
const guard = <A, E, R>(self: Effect.Effect<A, E, R>, berth: Berth) =>
  Effect.catchDefect(self, (defect) =>
    Effect.logError("a team's connection ended in a defect", Cause.die(defect)).pipe(
      annotated(berth),
      Effect.andThen(failed(berth, "defect"))
    )
  )

/** Only what is logged is annotated: a fiber with annotations has a context of its own. */
const annotated = ({ generation, team }: Berth) => Effect.annotateLogs({ team: team.id, generation })

const attempt = (berth: Berth) =>
  connect(berth).pipe(
    Effect.mapError((error) => failed(berth, error.message)),
    (self) => guard(self, berth),
    Effect.tapError(() => letGo(berth))
  )

/** Waits, and attempts, and so on up the ladder until a connection is up. It is held only until then. */
const climb = Effect.fnUntraced(
  function* (berth: Berth, fell: SessionEnded) {
    const settings = yield* Settings
    const turns = ladder(settings).pipe(
      Schedule.setInputType<SessionEnded>(),
      Schedule.modifyDelay(({ duration, input }) => Effect.as(waitForTurn(berth, input, duration), Duration.zero))
    )
    // The first failure on it has already happened.
    let next: ReturnType<typeof attempt> = Effect.fail(fell)
    const step = Effect.suspend(() => {
      const now = next
      next = attempt(berth)
      return now
    })
    return yield* Effect.retry(step, turns).pipe(
      // The ladder has no end, so only a defect of the ladder itself gets here. It must not end the team, nor spin.
      Effect.catchCause((cause) =>
        Effect.logError("a team's ladder ended", cause).pipe(
          Effect.andThen(Effect.sleep(settings.backoffCap)),
          Effect.andThen(fell)
        )
      ),
      Effect.eventually
    )
  },
  (self, berth) => annotated(berth)(self)
)

const leaveBehind = Effect.fnUntraced(function* (berth: Berth, ending: Ending) {
  const stats = yield* Stats
  const { stableAfter } = yield* Settings
  if (ending._tag === "Left") {
    // Interrupts this fiber, which then hangs up.
    yield* (yield* TeamRegistry).leave(berth.team.id)
    return yield* Effect.never
  }
  const { state } = berth.team
  yield* letGo(berth)
  stats.tally(ending._tag === "Dead" ? "connection.dead" : "connection.dropped")
  const stable = state._tag === "Open" && (yield* Clock.currentTimeMillis) - state.since >= stableAfter
  if (stable) berth.failures = -1
  return yield* failed(berth, reasonOf(ending))
})

const reasonOf = (ending: Exclude<Ending, { readonly _tag: "Left" }>): string =>
  ending._tag === "Dead" ? "the peer is dead: it has been silent for too long" : `closed with code ${ending.code}`

/** The wait before the next attempt, seen in the registry; in the slow lane it can be ended by a wake. */
const waitForTurn = Effect.fnUntraced(function* (berth: Berth, ended: SessionEnded, wait: Duration.Duration) {
  const registry = yield* TeamRegistry
  const settings = yield* Settings
  const throttle = yield* LogThrottle
  const { failures, reason } = ended
  berth.failures = failures
  const until = (yield* Clock.currentTimeMillis) + Duration.toMillis(wait)
  yield* Effect.logDebug("the team's connection is down").pipe(
    Effect.annotateLogs({ reason, failures, nextAttemptIn: Duration.format(wait) })
  )
  if (!isSlow(settings, failures)) {
    yield* registry.enter(berth, TeamState.Backoff({ failures, until, reason }))
    return yield* Effect.sleep(wait)
  }
  const wake = yield* Deferred.make<void>()
  yield* registry.enter(berth, TeamState.SlowLane({ failures, until, reason, wake }))
  yield* throttle.warn("slow lane", "a team is in the slow lane", { reason, failures })
  yield* Effect.raceFirst(Effect.sleep(wait), Deferred.await(wake))
})

/** Hangs up what the berth holds. */
const letGo = Effect.fnUntraced(function* (berth: Berth) {
  const { link } = berth
  if (link === undefined) return
  berth.link = undefined
  ;(yield* KeepAlive).release(link)
  yield* link.hangUp((yield* Settings).drainTimeout)
})

/** Waits for the end of a connection that is up, climbs until another is, and so on. */
const sail = (
  berth: Berth,
  link: TeamLink
): Effect.Effect<never, never, Effect.Services<ReturnType<typeof climb | typeof leaveBehind>>> =>
  Effect.flatMap(link.ended, (ending) =>
    guard(leaveBehind(berth, ending), berth).pipe(
      Effect.catch((fell) => climb(berth, fell)),
      Effect.flatMap((next) => sail(berth, next))
    )
  )

/** Keeps one team connected for one stay, for ever. */
export const keepConnected = ({ generation, team }: Membership) =>
  Effect.suspend(() => {
    const berth: Berth = { team, generation, failures: 0, link: undefined }
    // Suspended, because what is parked holds the effect that it runs: the first attempt would stay in memory.
    const first = Effect.suspend(() =>
      attempt(berth).pipe(
        Effect.catch((fell) => climb(berth, fell)),
        Effect.flatMap((link) => sail(berth, link))
      )
    )
    return Effect.onExit(first, () => leave(berth))
  })

const leave = Effect.fnUntraced(function* (berth: Berth) {
  yield* letGo(berth)
  yield* (yield* Offers).drop(berth.team.id)
})
