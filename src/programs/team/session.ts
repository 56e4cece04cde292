import { Cause, Duration, Effect, Fiber, Result } from "effect"
import { monotonicMillis } from "../../services/monotonic.ts"
import type { Incident } from "../../services/Stats.ts"
import type { TeamSession } from "../../services/TeamRegistry.ts"
import { failuresBehind, TeamState } from "../../services/TeamState.ts"
import { Disconnected, failuresAfter, isSlow } from "../backoff.ts"
import { connect, type TurnTakenBack } from "./dial.ts"
import { hangUp } from "./hangUp.ts"
import { reasonOfLoss } from "./reasonOfLoss.ts"
import type { TeamServices } from "./services.ts"
import type { Ending, TeamReceiver } from "./TeamReceiver.ts"

/** Names the team in what is logged. For what is logged only: a fiber with annotations has a context of its own. */
const annotated = ({ generation, team }: TeamSession) => Effect.annotateLogs({ team: team.id, generation })

/** Counts the end of an attempt as one more failure. */
const failed = ({ team }: TeamSession, reason: string) =>
  new Disconnected({ failures: failuresBehind(team.state) + 1, reason })

/** Counts the end of an attempt of a team that the platform denies. Rule: protocol row 24. */
const denied = ({ team }: TeamSession, deniedSince: number) =>
  new Disconnected({
    failures: failuresBehind(team.state) + 1,
    reason: "the platform has not named it, and answers its asks with an error",
    deniedSince
  })

/** Counts no failure: the attempt has come to nothing for want of a place. */
const putOff = ({ team }: TeamSession, { message }: TurnTakenBack) =>
  new Disconnected({ failures: failuresBehind(team.state), reason: message })

/** Turns a defect into a failure: it ends a connection, and not the team. */
const guard =
  (session: TeamSession) =>
  <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.catchDefect(self, (defect) =>
      Effect.logError("a team's connection ended in a defect", Cause.die(defect)).pipe(
        annotated(session),
        Effect.andThen(Effect.fail(failed(session, "defect")))
      )
    )

/** Connects a team, once. Leaves nothing open if it fails. */
const attempt = (services: TeamServices, session: TeamSession): Effect.Effect<TeamReceiver, Disconnected> =>
  connect(services, session).pipe(
    Effect.mapError((error) => {
      if (error._tag === "TurnTakenBack") return putOff(session, error)
      const deniedSince =
        error._tag === "AskFailed" && error.reason === "error" ? services.registry.deny(session.team.id) : undefined
      return deniedSince === undefined ? failed(session, error.message) : denied(session, deniedSince)
    }),
    guard(session),
    Effect.tapError(() => hangUp(services, session))
  )

/**
 * Gives the time for which a denied team is kept, and lets one depart for which it is over: but only if others are made offers
 * meanwhile, since a platform that answers everybody with errors has forgotten nobody.
 */
const leftToDeny = Effect.fnUntraced(function* (services: TeamServices, session: TeamSession, deniedSince: number) {
  const { clock, offers, registry, settings, stats, throttle } = services
  const left = deniedSince + settings.forgetUnconfirmed - monotonicMillis(clock)
  if (left > 0) return left
  if (offers.answeredAt() < deniedSince) return Infinity
  stats.tally("team.disowned")
  yield* throttle.warn("team disowned", "a team of the state departs: the platform denies it", {
    team: session.team.id
  })
  yield* registry.leave(session.team.id)
  return yield* Effect.never
})

/**
 * Waits and tries until a connection is up: the Schedule decides on each wait, and where the registry sees it the team
 * waits, in the slow lane until a wake at the latest. `lost`: why there is no connection.
 */
const untilConnected = Effect.fnUntraced(function* (
  services: TeamServices,
  session: TeamSession,
  lost: Disconnected
): Effect.fn.Return<TeamReceiver> {
  const { clock, nextWait, registry, settings } = services
  for (let failure = lost; ;) {
    const { code, deniedSince, failures, reason } = failure
    const now = clock.currentTimeMillisUnsafe()
    // The schedule has no end.
    const [, drawn] = yield* Effect.orDie(nextWait(now, failure))
    const left = deniedSince === undefined ? Infinity : yield* leftToDeny(services, session, deniedSince)
    const duration = Duration.min(drawn, Duration.millis(left))
    const waits = { failures, until: now + Duration.toMillis(duration), reason, code }
    // A fiber that can be ended: to race a sleep against a signal takes three.
    const rest = yield* Effect.forkChild(Effect.sleep(duration), { startImmediately: true })
    const wake = () => rest.interruptUnsafe()
    const state = isSlow(settings, failure) ? TeamState.SlowRetry : TeamState.Backoff
    registry.enter(session, state({ ...waits, wake }))
    yield* Fiber.await(rest)
    const attempted = yield* Effect.result(attempt(services, session))
    if (Result.isSuccess(attempted)) return attempted.success
    failure = attempted.failure
  }
})

/** Reconnects a team. The back-off has no end, so only a defect of its own is caught here: it ends no team, and does not spin. */
const reconnect = (services: TeamServices, session: TeamSession, lost: Disconnected): Effect.Effect<TeamReceiver> =>
  untilConnected(services, session, lost).pipe(
    Effect.catchCause((cause) =>
      Effect.logError("a team's back-off ended", cause).pipe(
        Effect.andThen(Effect.sleep(services.settings.backoffCap)),
        Effect.andThen(Effect.fail(cause))
      )
    ),
    Effect.eventually,
    annotated(session)
  )

const incidentOf = (ending: Exclude<Ending, { readonly _tag: "Left" }>): Incident => {
  if (ending._tag === "Dead") return "connection.dead"
  return ending.violation === undefined ? "connection.dropped" : "connection.refused"
}

/** Clears up after a connection, and fails with what the back-off is to know of it. */
const lose = Effect.fnUntraced(function* (services: TeamServices, session: TeamSession, ending: Ending) {
  const { clock, control, registry, settings, stats } = services
  if (ending._tag === "Left") {
    // Interrupts this fiber, which then hangs up.
    yield* registry.leave(session.team.id)
    return yield* Effect.never
  }
  const { greeted = false, openedAt = Infinity } = session.connection?.liveness ?? {}
  const lived = monotonicMillis(clock) - openedAt
  const reason = reasonOfLoss(session, ending, lived, greeted)
  control.ended(session.turn, reason, ending._tag === "Dead")
  stats.tally(incidentOf(ending))
  yield* hangUp(services, session)
  const code = ending._tag === "Closed" ? ending.code : undefined
  const failures = failuresAfter(settings, failuresBehind(session.team.state), lived)
  return yield* Effect.fail(new Disconnected({ failures, reason, code }))
})

/** Goes on after the end of a connection. */
const afterEnd = (services: TeamServices, session: TeamSession, ending: Ending): Effect.Effect<never> =>
  lose(services, session, ending).pipe(
    guard(session),
    Effect.catch((lost) => reconnect(services, session, lost)),
    Effect.flatMap((receiver) => stayConnected(services, session, receiver))
  )

/**
 * Waits for the end of a connection that is up, reconnects, and so on. Here a fiber is parked, so it has nothing else in
 * hand: a `flatMap` on an effect of the receiver's would hold four objects more.
 */
const stayConnected = (services: TeamServices, session: TeamSession, receiver: TeamReceiver): Effect.Effect<never> =>
  Effect.callback((resume) => receiver.whenEnded((ending) => resume(afterEnd(services, session, ending))))

/** Connects a team for the first time: not before it is sure to be remembered, whatever becomes of this process. */
const begin = (services: TeamServices, session: TeamSession): Effect.Effect<never> =>
  services.ledger.recorded(session.team.id).pipe(
    Effect.andThen(attempt(services, session)),
    Effect.catch((failure) => reconnect(services, session, failure)),
    Effect.flatMap((receiver) => stayConnected(services, session, receiver))
  )

/** Gives back what is held for a team whose session is over before it has begun: the offers that came with its join. */
export const missSession = ({ offers }: TeamServices, { team }: TeamSession): Effect.Effect<void> =>
  offers.drop(team.id)

const endSession = (services: TeamServices, session: TeamSession): Effect.Effect<void> =>
  hangUp(services, session).pipe(
    Effect.ensuring(missSession(services, session)),
    Effect.ensuring(Effect.sync(() => services.control.leave(session.turn)))
  )

/**
 * Keeps a team connected for one session, for ever: connections one after the other, with the waits of the back-off between.
 * Whatever ends the fiber finds in the session what to hang up, so that it needs no Scope: while the connection is up the
 * fiber is parked in no Scope, Schedule, generator or context of its own, because they weigh 8 KB a team.
 */
export const keepConnected = (services: TeamServices, session: TeamSession): Effect.Effect<never> =>
  Effect.onExit(
    // Suspended, because what is parked holds the effect that it runs: the first attempt would stay in memory.
    Effect.suspend(() => begin(services, session)),
    () => endSession(services, session)
  )
