import { Schema } from "effect"
import { TeamId } from "../../wire/TeamId.ts"
import { FleetView, Past, Trouble } from "./FleetView.ts"
import { Phase } from "./TeamView.ts"

/** Cell of the deck's map: a team and its phase. */
const Cell = Schema.Tuple([TeamId, Phase])

/**
 * Event of `/api/events`: a snapshot at first, and again for a reader that is far behind; then the cells that changed and,
 * each second, a tick of the fleet. A reader that another one has displaced is told so, and its events end.
 */
export const FeedEvent = Schema.Union([
  Schema.Struct({
    type: Schema.tag("snapshot"),
    fleet: FleetView,
    cells: Schema.Array(Cell),
    past: Past,
    trouble: Trouble
  }),
  Schema.Struct({ type: Schema.tag("cells"), at: Schema.Finite, cells: Schema.Array(Cell) }),
  Schema.Struct({
    type: Schema.tag("tick"),
    fleet: FleetView,
    /** The newest of the past, oldest first: some that a reader has already, so that it misses none between two ticks. */
    newest: Past,
    trouble: Trouble
  }),
  Schema.Struct({ type: Schema.tag("displaced") })
])
export type FeedEvent = typeof FeedEvent.Type
