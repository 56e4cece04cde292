import { Deferred, Effect, Option } from "effect"
import { BotEnd } from "./BotEnd.ts"
import { BotWorkers, type BotListener, type BotWorker } from "./BotWorkers.ts"
import { BotBounds } from "./bounds.ts"
import { excerpt } from "./excerpt.ts"
import { type BotStart, decodeFromBot, type Report } from "./protocol.ts"
import { Pulse } from "./Pulse.ts"

/** Is told of one life of a bot, until that is over. */
export interface LifeEvents extends Pick<BotListener, "onRawLine"> {
  /** It is ready for messages. */
  readonly onUp: (worker: BotWorker) => void
  /** Tells what became of messages. Answers false to a report that cannot be: the bot is damaged. */
  readonly onReport: (report: Report) => boolean
  readonly onDrained: () => void
  /** It is over: from here on it takes and tells nothing. */
  readonly onOver: () => void
  /** Its thread or process should have ended and has not (1), or has at last (-1). */
  readonly onUnending: (change: 1 | -1) => void
}

/** Runs a bot once, in a thread or a process of its own: until that ends, or has to be ended. */
export const live = (start: BotStart, events: LifeEvents): Effect.Effect<BotEnd, never, BotWorkers> =>
  Effect.gen(function* () {
    const { start: startWorker } = yield* BotWorkers
    const bounds = yield* BotBounds
    const ended = yield* Deferred.make<BotEnd>()
    const gone = yield* Deferred.make<void>()
    const up = yield* Deferred.make<void>()
    const pulse = new Pulse(start.memory, bounds)
    let isOver = false
    let isUnending = false

    const end = (how: BotEnd): void => {
      isOver = true
      Deferred.doneUnsafe(ended, Effect.succeed(how))
    }
    const hear = (message: unknown, worker: () => BotWorker): void => {
      if (isOver) return
      const heard = decodeFromBot(message)
      if (Option.isNone(heard)) return end(BotEnd.Garbled())
      const { value } = heard
      pulse.heard(value._tag === "Beat" ? value.used : undefined)
      switch (value._tag) {
        case "Up":
          Deferred.doneUnsafe(up, Effect.void)
          return events.onUp(worker())
        case "Beat":
          return
        case "Report":
          return events.onReport(value) ? undefined : end(BotEnd.Garbled())
        case "Drained":
          return events.onDrained()
        case "Refused":
        case "Threw":
          return end(value._tag === "Threw" ? BotEnd.Threw(value) : BotEnd.Refused(value))
      }
    }

    // A thread in a system call, or with work in the pool, ends only when that does: so this waits no longer than it may.
    const finish = (worker: BotWorker) =>
      Effect.gen(function* () {
        isOver = true
        events.onOver()
        worker.kill()
        const inTime = yield* Effect.timeoutOption(Effect.interruptible(Deferred.await(gone)), bounds.ending)
        if (Option.isSome(inTime)) return yield* worker.lastWords
        isUnending = true
        events.onUnending(1)
      })

    const worker = yield* Effect.acquireRelease(
      Effect.try({
        try: () => {
          const started: BotWorker = startWorker(start, {
            onMessage: (message) => hear(message, () => started),
            onRawLine: events.onRawLine,
            onEnd: (how) => {
              Deferred.doneUnsafe(gone, Effect.void)
              if (!isOver) end(how)
              if (isUnending) events.onUnending(-1)
            }
          })
          return started
        },
        catch: (error) => BotEnd.Unstarted({ problem: excerpt(error) })
      }),
      finish
    )

    const watch = Effect.gen(function* () {
      for (;;) {
        yield* Effect.sleep(bounds.lookEach)
        const verdict = pulse.look(yield* worker.memory)
        if (verdict !== undefined) return verdict
      }
    })
    const neverReady = Effect.timeoutOption(Deferred.await(up), bounds.loading).pipe(
      Effect.flatMap((inTime) =>
        Option.isSome(inTime) ? Effect.never : Effect.succeed(BotEnd.NeverReady({ millis: bounds.loading }))
      )
    )
    return yield* Effect.raceAllFirst([Deferred.await(ended), watch, neverReady])
  }).pipe(
    Effect.scoped,
    Effect.catch((unstarted) => Effect.succeed(unstarted))
  )
