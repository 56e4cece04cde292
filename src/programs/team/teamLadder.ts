import { Cause, Clock, Deferred, Duration, Effect, Schedule } from "effect"
import { Settings } from "../../services/Settings.ts"
import { TeamRegistry } from "../../services/TeamRegistry.ts"
import { TeamState } from "../../services/TeamState.ts"
import { isSlow, backoff, SessionEnded, waitAfter } from "../backoff.ts"
import { makeConnect } from "./dial.ts"
import { annotated, makeHangUp, type Stay } from "./teamStay.ts"

/** How a session that is over is told to the ladder, where it counts as one more failure. */
export const failed = ({ failures }: Stay, reason: string, code?: number) =>
  new SessionEnded({ failures: failures + 1, reason, code })

/** A defect ends a session, and not the team. */
export const guard =
  (stay: Stay) =>
  <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.catchDefect(self, (defect) =>
      Effect.logError("a team's connection ended in a defect", Cause.die(defect)).pipe(
        annotated(stay),
        Effect.andThen(Effect.fail(failed(stay, "defect")))
      )
    )

/** Makes one attempt to connect. It leaves nothing open if it fails. */
export const makeAttempt = Effect.gen(function* () {
  const connect = yield* makeConnect
  const hangUp = yield* makeHangUp
  return (stay: Stay) =>
    connect(stay).pipe(
      Effect.mapError((error) => failed(stay, error.message)),
      guard(stay),
      Effect.tapError(() => hangUp(stay))
    )
})

/** Makes the wait before the next attempt, seen in the registry; in the slow lane it can be ended by a wake. */
const makeWaitOnLadder = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const settings = yield* Settings

  return Effect.fnUntraced(function* (stay: Stay, ended: SessionEnded, wait: Duration.Duration) {
    const { code, failures, reason } = ended
    stay.failures = failures
    const until = (yield* Clock.currentTimeMillis) + Duration.toMillis(wait)
    if (!isSlow(settings, failures)) {
      registry.enter(stay, TeamState.Backoff({ failures, until, reason, code }))
      return yield* Effect.sleep(wait)
    }
    const wake = yield* Deferred.make<void>()
    registry.enter(stay, TeamState.SlowRetry({ failures, until, reason, code, wake }))
    yield* Effect.raceFirst(Effect.sleep(wait), Deferred.await(wake))
  })
})

/**
 * Makes what waits, tries, and so on up the ladder until a connection is up. The ladder is held only until then; what a
 * session leaves behind is how many have failed in a row.
 */
export const makeReconnect = Effect.gen(function* () {
  const settings = yield* Settings
  const attempt = yield* makeAttempt
  const waitOnLadder = yield* makeWaitOnLadder

  const climb = Effect.fnUntraced(function* (stay: Stay, ended: SessionEnded) {
    const steps = backoff(settings).pipe(
      Schedule.setInputType<SessionEnded>(),
      // The schedule does the waiting itself, so that the registry sees it.
      Schedule.modifyDelay(({ duration, input }) => Effect.as(waitOnLadder(stay, input, duration), Duration.zero))
    )
    yield* waitOnLadder(stay, ended, Duration.millis(yield* waitAfter(settings, ended.failures)))
    return yield* Effect.retry(attempt(stay), steps)
  })

  return (stay: Stay, ended: SessionEnded) =>
    climb(stay, ended).pipe(
      // The ladder has no end, so only a defect of the ladder itself gets here. It must not end the team, nor spin.
      Effect.catchCause((cause) =>
        Effect.logError("a team's ladder ended", cause).pipe(
          Effect.andThen(Effect.sleep(settings.backoffCap)),
          Effect.andThen(Effect.fail(cause))
        )
      ),
      Effect.eventually,
      annotated(stay)
    )
})
