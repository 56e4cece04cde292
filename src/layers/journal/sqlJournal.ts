import { Clock, Effect, Schedule } from "effect"
import { type CountsOf, JournalFailed, type JournalShape, type StoredTeam } from "../../services/Journal.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Backend, Opening } from "./Backend.ts"
import { lookEach, teamsAtOnce } from "./bounds.ts"
import { rosterBatch } from "./rosterBatch.ts"
import { makeSessions, type Work } from "./Sessions.ts"
import * as Statements from "./statements.ts"
import { migrate } from "./tables.ts"

const takenOver = new JournalFailed({ reason: "taken over", detail: "another process has opened it since" })

const chunks = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(all.length / teamsAtOnce) }, (_, at) =>
    all.slice(at * teamsAtOnce, (at + 1) * teamsAtOnce)
  )

/** Each team once, with the greatest of its counts. */
const greatest = (counts: ReadonlyArray<CountsOf>): ReadonlyArray<CountsOf> => {
  const byTeam = new Map<TeamId, CountsOf>()
  for (const { id, messages, props } of counts) {
    const known = byTeam.get(id)
    byTeam.set(id, {
      id,
      messages: Math.max(messages, known?.messages ?? 0),
      props: Math.max(props, known?.props ?? 0)
    })
  }
  return [...byTeam.values()]
}

/** Opens the journal that a store keeps, for as long as the Scope is open. `runner`: name of this process. */
export const openJournal = Effect.fnUntraced(function* (backend: Backend, runner: string) {
  let mine: Statements.Claim | undefined

  const prepare: Work<void> = (sql, step) =>
    Effect.gen(function* () {
      yield* step(migrate)
      mine = yield* sql.withTransaction(Statements.claim(sql, runner))
    }).pipe(Effect.catchTag("MigrationError", (error) => Effect.fail(backend.failureOf(error.cause ?? error))))
  const check: Opening["check"] = (sql) =>
    Effect.flatMap(Statements.claimedEpoch(sql), (epoch) =>
      epoch === mine?.epoch ? Effect.void : Effect.fail(takenOver)
    )

  const sessions = yield* makeSessions(backend, { prepare, check })
  let isTakenOver = false
  /** Uses a session, as long as nobody has taken the journal over: then there is nothing more to open. */
  const use = <A>(work: Work<A>): Effect.Effect<A, JournalFailed> =>
    Effect.suspend(() =>
      isTakenOver
        ? Effect.fail(takenOver)
        : Effect.tapError(sessions(work), ({ reason }) =>
            Effect.sync(() => void (isTakenOver ||= reason === "taken over"))
          )
    )

  const load = use((sql, step) =>
    Effect.gen(function* () {
      const all: Array<StoredTeam> = []
      for (let revision = 0, isMore = true; isMore;) {
        const page = yield* step(Statements.teamsAfter(sql, revision, teamsAtOnce))
        for (const team of page.teams) all.push(team)
        isMore = page.teams.length === teamsAtOnce
        revision = page.revision
      }
      return all
    })
  )
  let stored: ReadonlyArray<StoredTeam> = yield* load

  // One that is idle finds out as well that its session is lost, and opens another.
  yield* use((sql) => Statements.claimedEpoch(sql)).pipe(
    Effect.ignore,
    Effect.schedule(Schedule.spaced(lookEach)),
    Effect.forkScoped
  )

  const writeRoster = Effect.fnUntraced(function* (changes: Parameters<JournalShape["writeRoster"]>[0]) {
    const { forgotten, placed } = rosterBatch(changes)
    if (forgotten.length + placed.length === 0) return
    yield* use((sql, step) =>
      sql.withTransaction(
        Effect.gen(function* () {
          const last = mine && (yield* step(Statements.takeRevisions(sql, mine, placed.length)))
          if (last === undefined) return yield* takenOver
          for (const ids of chunks(forgotten)) yield* step(Statements.forget(sql, ids))
          let revision = last - placed.length
          for (const teams of chunks(placed)) {
            yield* step(Statements.place(sql, teams, revision))
            revision += teams.length
          }
        })
      )
    )
  })

  const writeCounts = Effect.fnUntraced(function* (counts: ReadonlyArray<CountsOf>) {
    if (counts.length === 0) return
    const now = yield* Clock.currentTimeMillis
    yield* use((sql, step) =>
      sql.withTransaction(
        Effect.gen(function* () {
          if (mine === undefined || !(yield* step(Statements.noteFlush(sql, mine, now)))) return yield* takenOver
          for (const some of chunks(greatest(counts))) yield* step(Statements.count(sql, some))
        })
      )
    )
  })

  const journal: JournalShape = {
    kind: backend.kind,
    stored: Effect.sync(() => {
      const all = stored
      stored = []
      return all
    }),
    writeRoster: Effect.fn("Journal.writeRoster")(writeRoster),
    writeCounts: Effect.fn("Journal.writeCounts")(writeCounts)
  }
  return journal
})
