import { Cause, Deferred, Duration, Effect, Ref, Schedule } from "effect"
import { type Batches, serveBatches } from "../../services/Batches.ts"
import { refusalOf } from "../../services/HealthAnswers.ts"
import { tellDead } from "../../services/Liveness.ts"
import { monotonicMillis } from "../../services/monotonic.ts"
import { type Connection, hangUp, open, Socket, tellClosed } from "../../services/Socket.ts"
import { GlobalServerCodec } from "../../wire/GlobalApi.ts"
import { Disconnected, globalBackoff } from "../backoff.ts"
import { reportUndecoded } from "../reportUndecoded.ts"
import { handleEvent } from "./events.ts"
import { FrameBuffer } from "./FrameBuffer.ts"
import { answerHealthchecks } from "./healthcheck.ts"
import { type GlobalServices, globalServices } from "./services.ts"

/**
 * Dials the Global connection, at an address that is looked up first. Both have the connect timeout together. It is hung
 * up when the Scope closes.
 */
const connect = Effect.fnUntraced(function* ({ clock, descriptors, policy, settings }: GlobalServices) {
  const buffer = new FrameBuffer()
  const { connectTimeout, drainTimeout, endpoint, headers } = settings
  const { resolve } = yield* Socket
  const began = monotonicMillis(clock)
  const addresses = resolve && (yield* resolve(endpoint, true))
  const left = connectTimeout - Math.round(monotonicMillis(clock) - began)
  const connection = yield* open(
    // The operator chose this URL; the policy guards what the server chooses.
    { endpoint, headers, allowsAddress: () => true, ...(addresses && { addresses }) },
    buffer,
    { connectTimeout: left, drainTimeout }
  ).pipe(
    Effect.tapError(({ detail, reason }) =>
      reason === "local" ? Effect.sync(() => descriptors.ranOut(detail)) : Effect.void
    )
  )
  buffer.liveness.opened(monotonicMillis(clock))
  buffer.attach(connection)
  const address = connection.peerAddress()
  if (address !== undefined) yield* policy.learnGlobalAddress(address)
  return { buffer, connection }
})

/** Puts a connection to use: teams can ask, and those that are tried rarely are tried now. Rule: protocol row 8. */
const putToUse = Effect.fnUntraced(function* (services: GlobalServices, connection: Connection, buffer: FrameBuffer) {
  const { control, keepAlive, link, offers, registry, stats } = services
  // Runs after the link is down, so that who asks again waits for the next connection.
  yield* Effect.addFinalizer(() => offers.abandon)
  registry.globalOpened()
  yield* link.attach(connection)
  yield* keepAlive.watch(buffer)
  yield* registry.wakeAll
  control.news()
  stats.tally("global.opened")
  yield* Effect.logInfo("the Global connection is up")
})

/** Reads frames until the connection has ended, and does what they say. */
const readFrames = Effect.fnUntraced(function* <R>(
  services: GlobalServices,
  buffer: FrameBuffer,
  answering: Batches,
  onGoodbye: Effect.Effect<void, never, R>
) {
  while (true) {
    for (const frame of yield* buffer.take) {
      const decoded = GlobalServerCodec.decode(frame)
      if (decoded._tag !== "Event") reportUndecoded(decoded, "global", services)
      else if (decoded.event.type === "healthcheck") {
        if (decoded.event.stats === undefined) answering.ask()
      } else if (decoded.event.type === "goodbye") yield* onGoodbye
      else yield* handleEvent(services, decoded.event)
    }
  }
})

/** Runs one connection, from its dial to its end. Always fails, unless a goodbye ends the run. Rule: protocol row 9. */
const session = Effect.fnUntraced(
  function* (services: GlobalServices, failures: number, goodbye: Deferred.Deferred<void>) {
    const { answers, clock, settings, stats, throttle } = services
    const { drainTimeout, onGoodbye, stableAfter } = settings
    const { buffer, connection } = yield* Effect.mapError(
      connect(services),
      (error) => new Disconnected({ failures: failures + 1, reason: error.message })
    )
    yield* putToUse(services, connection, buffer)
    // No event waits for an answer to be taken, but a close does: what was asked for before the goodbye is answered.
    const answering = yield* serveBatches(
      (healthchecks) => answerHealthchecks(services, connection, buffer, healthchecks),
      () => connection.terminate()
    )
    const giveUp = Effect.sync(() => buffer.dropUnread())
    const lastAnswers = Effect.timeoutOrElse(answering.idle, { duration: drainTimeout, orElse: () => giveUp })

    let saidGoodbye = false
    const obeyGoodbye = Effect.gen(function* () {
      if (saidGoodbye) return
      saidGoodbye = true
      yield* Effect.logInfo("the server said goodbye")
      if (onGoodbye === "exit") {
        yield* Effect.uninterruptible(Effect.andThen(Deferred.succeed(goodbye, undefined), lastAnswers))
        return yield* Effect.never
      }
      // Beside the reader, since what was sent before the server's close still counts.
      yield* Effect.forkScoped(Effect.andThen(lastAnswers, hangUp(connection, drainTimeout)))
    })

    return yield* readFrames(services, buffer, answering, obeyGoodbye).pipe(
      Effect.catchTag(
        "NoMoreFrames",
        Effect.fnUntraced(function* (closed) {
          if (closed.violation !== undefined) stats.tally(`violation.${closed.violation}`)
          if (answers.ended(closed)) {
            stats.tally("healthcheck.refused")
            yield* throttle.warn("healthcheck refused", refusalOf(answers) ?? "", { server: settings.endpoint.origin })
          }
          if (!saidGoodbye) stats.tally("global.dropped")
          const isStable = monotonicMillis(clock) - buffer.liveness.openedAt >= stableAfter
          const loss = closed.dead === true ? tellDead(buffer.liveness.greeted) : tellClosed(closed)
          const reason = saidGoodbye ? "goodbye" : loss
          return yield* Effect.fail(new Disconnected({ failures: isStable ? 0 : failures + 1, reason }))
        })
      )
    )
  },
  Effect.scoped,
  (self, _, failures) =>
    Effect.catchDefect(self, (defect) =>
      Effect.logError("the Global connection ended in a defect", Cause.die(defect)).pipe(
        Effect.andThen(Effect.fail(new Disconnected({ failures: failures + 1, reason: "defect" })))
      )
    )
)

/** Keeps the Global connection for ever, and tells when the server has said goodbye. Rule: protocol rows 8, 9 and 23. */
export const keepGlobal = Effect.fnUntraced(function* (goodbye: Deferred.Deferred<void>) {
  const services = yield* globalServices
  const { link, settings, throttle } = services
  const failures = yield* Ref.make(0)
  const steps = globalBackoff(settings).pipe(
    Schedule.setInputType<Disconnected>(),
    Schedule.tap(({ duration, input }) =>
      Effect.andThen(
        Effect.andThen(
          Ref.set(failures, input.failures),
          Effect.sync(() => link.noteDown(input.reason))
        ),
        throttle.warn("global down", "the Global connection is down", {
          server: settings.endpoint.origin,
          reason: input.reason,
          nextAttemptIn: Duration.format(Duration.millis(Math.round(Duration.toMillis(duration))))
        })
      )
    )
  )
  return yield* Effect.flatMap(Ref.get(failures), (count) => session(services, count, goodbye)).pipe(
    Effect.retry(steps),
    // The back-off has no end, so no failure gets here.
    Effect.orDie
  )
})
