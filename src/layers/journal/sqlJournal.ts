import { Clock, Effect, Schedule } from "effect"
import type { CountsOf, JournalShape, RosterChange, StoredTeam } from "../../services/Journal.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Backend } from "./Backend.ts"
import { lookEach, teamsRead } from "./bounds.ts"
import { chunks } from "./chunks.ts"
import { own } from "./own.ts"
import { rosterBatch } from "./rosterBatch.ts"
import * as Statements from "./statements.ts"

/** Each team once, with the greatest of its counts. */
const greatest = (counts: ReadonlyArray<CountsOf>): ReadonlyArray<CountsOf> => {
  const byTeam = new Map<TeamId, CountsOf>()
  for (const of of counts) {
    const known = byTeam.get(of.id)
    byTeam.set(
      of.id,
      known === undefined
        ? of
        : { id: of.id, messages: Math.max(of.messages, known.messages), props: Math.max(of.props, known.props) }
    )
  }
  return [...byTeam.values()]
}

/** Opens the journal of a fleet, for as long as the Scope is open. `runner`: name of this process. */
export const openJournal = Effect.fnUntraced(function* (backend: Backend, runner: string) {
  const { look, use, write } = yield* own(backend, runner, true)

  let stored: ReadonlyArray<StoredTeam> = yield* use((sql, step) =>
    Effect.gen(function* () {
      const all: Array<StoredTeam> = []
      for (let revision = 0, isMore = true; isMore;) {
        const page = yield* step(Statements.teamsAfter(sql, revision, teamsRead))
        for (const team of page.teams) all.push(team)
        isMore = page.teams.length === teamsRead
        revision = page.revision
      }
      return all
    })
  )

  // One that is idle finds out as well that its session is lost, and opens another.
  yield* look.pipe(Effect.ignore, Effect.schedule(Schedule.spaced(lookEach)), Effect.forkScoped)

  const writeRoster = Effect.fnUntraced(function* (changes: ReadonlyArray<RosterChange>) {
    const { forgotten, placed } = rosterBatch(changes)
    if (forgotten.length + placed.length === 0) return
    yield* write((sql, step, take) =>
      Effect.gen(function* () {
        let revision = (yield* take(placed.length)) - placed.length
        for (const ids of chunks(forgotten)) yield* step(Statements.forget(sql, ids))
        for (const teams of chunks(placed)) {
          yield* step(Statements.place(sql, teams, revision))
          revision += teams.length
        }
      })
    )
  })

  const writeCounts = Effect.fnUntraced(function* (counts: ReadonlyArray<CountsOf>) {
    if (counts.length === 0) return
    const now = yield* Clock.currentTimeMillis
    yield* write((sql, step, take) =>
      Effect.andThen(
        take(1, now),
        Effect.forEach(chunks(counts), (some) => step(Statements.count(sql, greatest(some))), { discard: true })
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
