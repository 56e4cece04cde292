import { Cause, Effect } from "effect"
import { JournalFailed, type JournalShape } from "../Journal.ts"
import type { Team } from "../TeamRegistry.ts"
import type { Unwritten } from "./Unwritten.ts"

/** Milliseconds that a write may take. A journal's own bound is shorter, and tells more. */
const writeWithin = 10_000
/** Teams in one write: few enough that to make it ready holds up nothing else. */
const teamsAtOnce = 1_000

/** Bounds a write, whatever journal it is. A defect of one is a failure: it must not be the end of all writing. */
const bounded = (write: Effect.Effect<void, JournalFailed>): Effect.Effect<void, JournalFailed> =>
  write.pipe(
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

/** Writes the places that are not written, until there are none. `onWritten` runs after each write. */
export const writePlaces = Effect.fnUntraced(function* (
  journal: JournalShape,
  unwritten: Unwritten,
  onWritten: () => void
) {
  while (unwritten.places > 0) {
    const changes = unwritten.takePlaces(teamsAtOnce)
    yield* Effect.onExit(bounded(journal.writeRoster(changes)), (exit) =>
      Effect.sync(() => {
        if (exit._tag === "Success") unwritten.placesWritten(changes)
        else unwritten.placesFailed()
      })
    )
    onWritten()
  }
})

/** Writes the counts of those teams that have changed. Others have their turn in between. */
export const writeCounts = Effect.fnUntraced(function* (
  journal: JournalShape,
  unwritten: Unwritten,
  teams: ReadonlyArray<Team>
) {
  for (let first = 0; first < teams.length; first += teamsAtOnce) {
    const counts = unwritten.changedCounts(teams.slice(first, first + teamsAtOnce))
    if (counts.length > 0) {
      yield* bounded(journal.writeCounts(counts))
      unwritten.countsWritten(counts)
    }
    yield* Effect.yieldNow
  }
})
