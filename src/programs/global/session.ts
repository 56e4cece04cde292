import { Cause, Clock, Deferred, Duration, Effect, Ref, Schedule } from "effect"
import { DialPolicy } from "../../services/dialing/DialPolicy.ts"
import { HostCircuit } from "../../services/dialing/HostCircuit.ts"
import { GlobalLink } from "../../services/GlobalLink.ts"
import { KeepAlive } from "../../services/KeepAlive.ts"
import { LogThrottle } from "../../services/LogThrottle.ts"
import { monotonicMillis } from "../../services/monotonic.ts"
import { Offers } from "../../services/Offers.ts"
import { Settings } from "../../services/Settings.ts"
import { type Connection, hangUp, open, wasTooBig } from "../../services/Socket.ts"
import { Stats } from "../../services/Stats.ts"
import { TeamRegistry } from "../../services/TeamRegistry.ts"
import { GlobalServerCodec } from "../../wire/GlobalApi.ts"
import { globalBackoff, Disconnected } from "../backoff.ts"
import { reportUndecoded } from "../undecoded.ts"
import { makeHandleGlobalEvent } from "./events.ts"
import { FrameBuffer } from "./FrameBuffer.ts"

/** Dials the Global connection. In a Scope that hangs it up. */
const connect = Effect.gen(function* () {
  const settings = yield* Settings
  const policy = yield* DialPolicy
  const buffer = new FrameBuffer()
  const { endpoint, headers } = settings
  // The operator chose this URL; the policy guards what the server chooses.
  const connection = yield* open({ endpoint, headers, allowsAddress: () => true }, buffer, settings)
  buffer.attach(connection)
  const address = connection.peerAddress()
  if (address !== undefined) policy.learnGlobalAddress(address)
  return { buffer, connection }
})

/** Puts a connection to use: teams can ask, and those that are tried rarely are tried now. Rule: protocol row 8. */
const putToUse = Effect.fnUntraced(function* (connection: Connection, buffer: FrameBuffer) {
  const offers = yield* Offers
  // Runs after the link is down, so that who asks again waits for the next connection.
  yield* Effect.addFinalizer(() => offers.abandon)
  yield* (yield* GlobalLink).attach(connection)
  yield* (yield* KeepAlive).watch(buffer)
  yield* (yield* TeamRegistry).wakeAll
  yield* (yield* HostCircuit).probe
  ;(yield* Stats).tally("global.opened")
  yield* Effect.logInfo("the Global connection is up")
})

/** Reads frames until the connection has ended, and does what they say. */
const readFrames = Effect.fnUntraced(function* <R>(
  connection: Connection,
  buffer: FrameBuffer,
  onGoodbye: Effect.Effect<void, never, R>
) {
  const stats = yield* Stats
  const throttle = yield* LogThrottle
  const handleGlobalEvent = yield* makeHandleGlobalEvent
  while (true) {
    for (const frame of yield* buffer.take) {
      const decoded = GlobalServerCodec.decode(frame)
      if (decoded._tag !== "Event") reportUndecoded(decoded, "global", { stats, throttle })
      else if (decoded.event.type === "goodbye") yield* onGoodbye
      else yield* handleGlobalEvent(decoded.event, connection)
    }
  }
})

/** One life of the Global connection. Always ends in a failure, but for a goodbye that ends the run. */
const session = Effect.fnUntraced(
  function* (failures: number, goodbye: Deferred.Deferred<void>) {
    const stats = yield* Stats
    const { drainTimeout, onGoodbye, stableAfter } = yield* Settings
    const { buffer, connection } = yield* Effect.mapError(
      connect,
      (error) => new Disconnected({ failures: failures + 1, reason: error.message })
    )
    const clock = yield* Clock.Clock
    const since = monotonicMillis(clock)
    yield* putToUse(connection, buffer)

    let saidGoodbye = false
    const bidFarewell = Effect.gen(function* () {
      if (saidGoodbye) return
      saidGoodbye = true
      yield* Effect.logInfo("the server said goodbye")
      if (onGoodbye === "exit") {
        yield* Deferred.succeed(goodbye, undefined)
        return yield* Effect.never
      }
      // Beside the reader, since what was sent before the server's close still counts.
      yield* Effect.forkScoped(hangUp(connection, drainTimeout))
    })

    return yield* readFrames(connection, buffer, bidFarewell).pipe(
      Effect.catchTag(
        "NoMoreFrames",
        Effect.fnUntraced(function* (closed) {
          if (wasTooBig(closed)) stats.tally("frame.too-big")
          if (!saidGoodbye) stats.tally("global.dropped")
          const stable = monotonicMillis(clock) - since >= stableAfter
          const reason = saidGoodbye ? "goodbye" : `closed with code ${closed.code}`
          return yield* Effect.fail(new Disconnected({ failures: stable ? 0 : failures + 1, reason }))
        })
      )
    )
  },
  Effect.scoped,
  (self, failures) =>
    Effect.catchDefect(self, (defect) =>
      Effect.logError("the Global connection ended in a defect", Cause.die(defect)).pipe(
        Effect.andThen(Effect.fail(new Disconnected({ failures: failures + 1, reason: "defect" })))
      )
    )
)

/** Keeps the Global connection for ever, and tells when the server has said goodbye. Rule: protocol rows 8, 9 and 23. */
export const keepGlobal = Effect.fnUntraced(function* (goodbye: Deferred.Deferred<void>) {
  const settings = yield* Settings
  const throttle = yield* LogThrottle
  const failures = yield* Ref.make(0)
  const steps = globalBackoff(settings).pipe(
    Schedule.setInputType<Disconnected>(),
    Schedule.tap(({ duration, input }) =>
      Effect.andThen(
        Ref.set(failures, input.failures),
        throttle.warn("global down", "the Global connection is down", {
          server: settings.endpoint.origin,
          reason: input.reason,
          nextAttemptIn: Duration.format(Duration.millis(Math.round(Duration.toMillis(duration))))
        })
      )
    )
  )
  return yield* Effect.flatMap(Ref.get(failures), (count) => session(count, goodbye)).pipe(
    Effect.retry(steps),
    // The ladder has no end, so no failure gets here.
    Effect.orDie
  )
})
