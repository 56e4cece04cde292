import { Cause, Clock, Context, Effect, Fiber, Latch, Layer, Schedule, type Scope } from "effect"
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

/** Milliseconds between two flushes of the counters. */
const flushEach = 1_000
/** Milliseconds that a healthcheck or a new team waits for the journal, at most. */
const patience = 2_000
/** Milliseconds that a write may take. A journal's own bound is shorter, and tells more. */
const writeWithin = 10_000
/** Teams in one write: few enough that to make it ready holds up nothing else. */
const teamsAtOnce = 1_000

/** Waits between attempts to write while the journal fails: a second at first, half a minute in the end. */
const retries = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("30 seconds")]).pipe(Schedule.jittered)

/** What has been written to the journal, and what has not. */
export interface LedgerView {
  readonly kind: JournalKind
  /** Why nothing can be written, and since when, in milliseconds of Effect's clock. */
  readonly trouble: { readonly failure: JournalFailed; readonly since: number } | undefined
  /** Teams whose place has changed and is not written, or whose counts were not when it was looked last. */
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
  /** Teams whose counts are not written, as far as this flush has looked. */
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

  /** Bounds a write, whatever journal it is. A defect of one is a failure: it must not be the end of all writing. */
  const write = (effect: Effect.Effect<void, JournalFailed>): Effect.Effect<void, JournalFailed> =>
    effect.pipe(
      Effect.timeoutOrElse({
        duration: writeWithin,
        orElse: () => Effect.fail(new JournalFailed({ reason: "away", detail: "it does not answer" }))
      }),
      Effect.catchDefect((defect) =>
        Effect.andThen(
          Effect.logError("a write to the state ended in a defect", Cause.die(defect)),
          Effect.fail(new JournalFailed({ reason: "failed", detail: "a defect" }))
        )
      )
    )

  const writePlaces = Effect.gen(function* () {
    while (unwritten.places > 0) {
      const changes = unwritten.takePlaces(teamsAtOnce)
      yield* Effect.onExit(write(journal.writeRoster(changes)), (exit) =>
        Effect.sync(() => {
          if (exit._tag === "Success") unwritten.placesWritten(changes)
          else unwritten.placesFailed()
        })
      )
      recorders.letGo((team) => !unwritten.has(team))
    }
    // Also those whose place was written before they came to wait for it.
    recorders.letGo((team) => !unwritten.has(team))
  })

  const writeCounts = Effect.gen(function* () {
    const roster = registry.roster()
    behind = 0
    for (let first = 0; first < roster.length; first += teamsAtOnce) {
      const counts = unwritten.changedCounts(roster.slice(first, first + teamsAtOnce))
      if (counts.length > 0) {
        behind += counts.length
        yield* write(journal.writeCounts(counts))
        unwritten.countsWritten(counts)
        behind -= counts.length
      }
      yield* Effect.yieldNow
    }
  })

  /** Writes places and counts, all that there is to write when it begins. */
  const flushNow = Effect.gen(function* () {
    const flush = ++flushesBegun
    const began = monotonicMillis(clock)
    yield* writePlaces
    yield* writeCounts
    flushedAt = clock.currentTimeMillisUnsafe()
    const ended = monotonicMillis(clock)
    nextFlush = ended + flushEach
    observers.tell(ended - began)
    flushers.letGo((after) => after < flush)
  })

  /** Waits until there is something to write, and writes it. */
  const round = Effect.gen(function* () {
    const left = nextFlush - monotonicMillis(clock)
    if (left > 0) yield* Effect.raceFirst(asked.await, Effect.sleep(left))
    asked.closeUnsafe()
    yield* flushers.size > 0 || monotonicMillis(clock) >= nextFlush ? flushNow : writePlaces
  })

  const noteTrouble = Effect.fnUntraced(function* (failure: JournalFailed) {
    const isNew = trouble === undefined
    trouble = { failure, since: trouble?.since ?? clock.currentTimeMillisUnsafe() }
    letAllGo()
    if (!isNew) return
    yield* throttle.warn(
      "state not written",
      "the state cannot be written: the fleet goes on, and a restart would lose what has changed since",
      { state: journal.kind, reason: failure.message }
    )
  })

  const untilWritten = Effect.gen(function* () {
    // The retries have no end.
    yield* flushNow.pipe(Effect.tapError(noteTrouble), Effect.retry(retries), Effect.orDie)
    trouble = undefined
    yield* Effect.logInfo("the state is written again, and nothing of it is missing")
  })

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
      teams: unwritten.places + behind
    })
  })
  // The fleet has drained by now: what was counted meanwhile is written too.
  yield* Effect.addFinalizer(() => end)

  const ask = () => asked.openUnsafe()
  const patiently = (wait: Effect.Effect<void>) => Effect.asVoid(Effect.timeoutOption(wait, patience))
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
