import { Clock, Context, Effect, Fiber, Latch, Layer, Schedule, type Scope } from "effect"
import type { TeamId } from "../../wire/TeamId.ts"
import { Journal, JournalFailed, type JournalKind, type JournalShape, type JournalTrouble } from "../Journal.ts"
import { LeakAudit } from "../LeakAudit.ts"
import { LogThrottle } from "../LogThrottle.ts"
import { monotonicMillis } from "../monotonic.ts"
import { Observers } from "../Observers.ts"
import { Stats } from "../Stats.ts"
import { TeamRegistry } from "../TeamRegistry.ts"
import { Unwritten } from "./Unwritten.ts"
import { Waiters } from "./Waiters.ts"
import { writeCounts, writePlaces } from "./writes.ts"

/** Milliseconds between two flushes of the counters. */
const flushEach = 1_000
/** Milliseconds that a healthcheck or a new team waits for the journal, at most. */
const patience = 2_000
/** The last part of it, which is waited for by itself. */
const lastPart = 200
const tooSlow = new JournalFailed({ reason: "away", detail: "it does not answer within 2 seconds" })

/** Waits between attempts to write while the journal fails: a second at first, half a minute in the end. */
const retries = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("30 seconds")]).pipe(Schedule.jittered)

/** What has been written to the journal, and what has not. */
export interface LedgerView {
  readonly kind: JournalKind
  /** Why nothing can be written, and since when, in milliseconds of Effect's clock. */
  readonly trouble: { readonly failure: JournalFailed; readonly since: number } | undefined
  /** Teams whose place is not written; and, while nothing can be written, those whose counts are not. */
  readonly unwritten: number
  /** Time at which all had been written last, in milliseconds of Effect's clock. */
  readonly flushedAt: number | undefined
}

/** Where nothing is kept, nothing waits for it. */
const nothing = {
  recorded: () => Effect.void,
  flush: Effect.void,
  observeFlushes: () => Effect.void,
  view: (): LedgerView => ({ kind: "none", trouble: undefined, unwritten: 0, flushedAt: undefined })
}

/** Puts back what is in the journal, and keeps it written until the Scope closes. */
const keep = Effect.fnUntraced(function* (journal: JournalShape) {
  const registry = yield* TeamRegistry
  const stats = yield* Stats
  const throttle = yield* LogThrottle
  const clock = yield* Clock.Clock
  const stored = yield* journal.stored
  const unwritten = new Unwritten(registry.find, stored)

  /** Open while there is something to write at once. */
  const asked = yield* Latch.make(false)
  const recorders = new Waiters<TeamId>()
  /** Those that wait for a flush, each for the first that begins after it has come. */
  const flushers = new Waiters<number>()
  const observers = new Observers<number>()
  let flushesBegun = 0
  let flushedAt: number | undefined
  let nextFlush = monotonicMillis(clock) + flushEach
  /** Teams whose counts were not written when a write failed last. */
  let behind = 0
  let trouble: LedgerView["trouble"]

  const { add } = yield* LeakAudit
  add({ what: "teams that wait for the journal", until: "drained", count: () => recorders.size })
  add({ what: "those that wait for a flush", until: "drained", count: () => flushers.size })

  yield* registry.observePlaces((id) => {
    unwritten.placeChanged(id)
    asked.openUnsafe()
  })
  for (const { id, messages, props, ...place } of stored) {
    stats.seed(id, { messages, props })
    registry.restore(id, place)
  }

  /** Lets everybody go: the fleet does not wait for a journal that does not do its job. */
  const letAllGo = () => {
    recorders.letGo(() => true)
    flushers.letGo(() => true)
  }

  /** Lets those go whose place is written, also if it was before they came to wait for it. */
  const letRecordedGo = () => recorders.letGo((team) => !unwritten.has(team))
  const writeAllPlaces = Effect.andThen(writePlaces(journal, unwritten, letRecordedGo), Effect.sync(letRecordedGo))

  /** Whatever it was that met it: what the journal has lost is to be written again. */
  const learn = ({ reason }: JournalFailed) => {
    if (reason !== "set back") return Effect.void
    unwritten.isSetBack(registry.teams())
    return Effect.logWarning("the state has lost what was written to it: all of it is written again")
  }

  /** Writes places and counts, all that there is to write when it begins. */
  const flushNow = Effect.gen(function* () {
    const flush = ++flushesBegun
    const began = monotonicMillis(clock)
    yield* writeAllPlaces
    yield* writeCounts(journal, unwritten, registry.teams())
    behind = 0
    flushedAt = clock.currentTimeMillisUnsafe()
    const ended = monotonicMillis(clock)
    nextFlush = ended + flushEach
    observers.tell(ended - began)
    flushers.letGo((after) => after < flush)
    if (trouble === undefined) return
    trouble = undefined
    yield* Effect.logInfo("the state is written again, and nothing of it is missing")
  }).pipe(
    Effect.tapError(learn),
    // It is there again, and says so once.
    Effect.retry({ times: 1, while: ({ reason }) => reason === "set back" })
  )

  /** Waits until there is something to write, and writes it. */
  const round = Effect.gen(function* () {
    const left = nextFlush - monotonicMillis(clock)
    if (left > 0) yield* Effect.raceFirst(asked.await, Effect.sleep(left))
    asked.closeUnsafe()
    yield* flushers.size > 0 || monotonicMillis(clock) >= nextFlush ? flushNow : Effect.tapError(writeAllPlaces, learn)
  })

  const noteTrouble = Effect.fnUntraced(function* (failure: JournalFailed) {
    const isNew = trouble === undefined
    trouble = { failure, since: trouble?.since ?? clock.currentTimeMillisUnsafe() }
    behind = unwritten.countsOnly(registry.teams())
    letAllGo()
    if (!isNew) return
    yield* throttle.warn(
      "state not written",
      "the state cannot be written: the fleet goes on, and a restart would lose what has changed since",
      { state: journal.kind, reason: failure.message }
    )
  })

  // The retries have no end.
  const untilWritten = flushNow.pipe(Effect.tapError(noteTrouble), Effect.retry(retries), Effect.orDie)

  const writer = yield* round.pipe(
    Effect.catch((failure) =>
      Effect.andThen(noteTrouble(failure), Effect.andThen(Effect.sleep("1 second"), untilWritten))
    ),
    Effect.forever,
    Effect.forkScoped
  )

  const end = Effect.gen(function* () {
    yield* Fiber.interrupt(writer)
    const failure = yield* flushNow.pipe(
      Effect.as(undefined),
      Effect.catch((failed) => Effect.succeed(failed.message)),
      Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed("it does not answer") })
    )
    letAllGo()
    if (failure === undefined) return
    yield* Effect.annotateLogs(Effect.logError("the fleet ends with changes that are not in the state"), {
      state: journal.kind,
      reason: failure,
      teams: unwritten.places + unwritten.countsOnly(registry.teams())
    })
  })
  // The fleet has drained by now: what was counted meanwhile is written too.
  yield* Effect.addFinalizer(() => end)

  const ask = () => asked.openUnsafe()
  // In two parts: after a stall of our own, in which no answer can be seen, there is time to see it yet.
  const patienceEnds = Effect.andThen(Effect.sleep(patience - lastPart), Effect.sleep(lastPart))
  /** Waits, and from then on for nothing more, as long as the journal is that slow. */
  const patiently = (wait: Effect.Effect<void>) =>
    Effect.raceFirst(
      wait,
      Effect.andThen(
        patienceEnds,
        // It lets go who waits for this, too, and is not to be ended by that.
        Effect.uninterruptible(Effect.suspend(() => noteTrouble(tooSlow)))
      )
    )
  return {
    recorded: (team: TeamId) =>
      Effect.suspend(() =>
        trouble === undefined && unwritten.has(team) ? patiently(recorders.wait(team, ask)) : Effect.void
      ),
    flush: Effect.suspend(() => (trouble === undefined ? patiently(flushers.wait(flushesBegun, ask)) : Effect.void)),
    observeFlushes: (observer: (millis: number) => void) => observers.observe(observer),
    view: (): LedgerView => ({ kind: journal.kind, trouble, unwritten: unwritten.places + behind, flushedAt })
  }
})

/**
 * Ledger of a fleet: brings the roster and the counters into the journal, places as they change and counts each second. While
 * the journal fails the fleet goes on: what is not written stays here, and is written when the journal is back.
 */
export class Ledger extends Context.Service<
  Ledger,
  {
    /**
     * Waits until the place of a team is in the journal, so that nothing is done for a team that a crash would lose. Does not
     * wait for a journal that fails, or for longer than two seconds.
     */
    readonly recorded: (team: TeamId) => Effect.Effect<void>
    /** Writes all that is not written by now, with the same bounds. */
    readonly flush: Effect.Effect<void>
    /** Calls the observer with what each flush of all that there was took, in milliseconds, until the Scope closes. */
    readonly observeFlushes: (observer: (millis: number) => void) => Effect.Effect<void, never, Scope.Scope>
    readonly view: () => LedgerView
  }
>()("botswain/services/ledger/Ledger") {
  static readonly layer: Layer.Layer<Ledger, never, LogThrottle | Stats | TeamRegistry> = Layer.effect(
    Ledger,
    Effect.flatMap(Journal, (journal) => (journal.kind === "none" ? Effect.succeed(nothing) : keep(journal)))
  )
}

const unwrittenFor = (reason: string, unwritten: number): string => {
  const teams = unwritten === 1 ? "1 team has" : `${unwritten} teams have`
  return `the state cannot be written (${reason}): ${teams} changes that a restart would lose`
}

/** Says for operators why nothing can be written, and what that means; `undefined` while the journal does its job. */
export const ledgerTrouble = ({ trouble, unwritten }: LedgerView): string | undefined =>
  trouble && unwrittenFor(trouble.failure.message, unwritten)

/** Says the same to whoever asks: the kind of reason, and nothing that a store has said. */
export const ledgerState = (state: {
  readonly reason: JournalTrouble | null
  readonly unwritten: number
}): string | undefined => (state.reason === null ? undefined : unwrittenFor(state.reason, state.unwritten))
