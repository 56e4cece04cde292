import type { Place, RosterChange } from "../../services/Journal.ts"
import type { TeamId } from "../../wire/TeamId.ts"

/** Changes of the roster as they are carried out: first teams are forgotten, then teams are placed, in order. */
export interface RosterBatch {
  readonly forgotten: ReadonlyArray<TeamId>
  readonly placed: ReadonlyArray<{ readonly id: TeamId; readonly place: Place }>
}

/**
 * Sums changes up, so that each team is placed once: where it stood last counts. One that was forgotten on the way is
 * forgotten first, and so begins with no counts.
 */
export const rosterBatch = (changes: ReadonlyArray<RosterChange>): RosterBatch => {
  const forgotten = new Set<TeamId>()
  const placed = new Map<TeamId, Place>()
  for (const { id, place } of changes) {
    // Taken out first, so that it goes to the end.
    placed.delete(id)
    if (place === undefined) forgotten.add(id)
    else placed.set(id, place)
  }
  return { forgotten: [...forgotten], placed: Array.from(placed, ([id, place]) => ({ id, place })) }
}
