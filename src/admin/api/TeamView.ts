import { Schema } from "effect"
import { stateTags } from "../../services/TeamState.ts"
import { TeamId } from "../../wire/TeamId.ts"

// Times are milliseconds since 1970, spans are milliseconds.

/**
 * State of a team in one word, for an operator: `connecting` has nothing against it, `denied` is a team that the platform
 * has not named and answers with errors, `retrying` has failed or is held up, `slow` has failed so often that it is tried
 * rarely, and `gone` is not wanted.
 */
export const Phase = Schema.Literals(["connected", "connecting", "denied", "retrying", "slow", "gone"])
export type Phase = typeof Phase.Type

const State = Schema.Literals(stateTags)

/** Team at one instant: what is wanted, what is observed, and what is proven of it, each with its time. */
export const TeamRow = Schema.Struct({
  id: TeamId,
  phase: Phase,
  /** Desired state: `is` between a join and the next left. */
  wanted: Schema.Struct({ is: Schema.Boolean, since: Schema.Finite, generation: Schema.Int }),
  /**
   * Whether the platform has named it since it could have. One that it has not, and answers with errors, is denied, and
   * departs at `departsAt` if that goes on while others are made offers.
   */
  naming: Schema.Struct({
    confirmed: Schema.Boolean,
    deniedSince: Schema.NullOr(Schema.Finite),
    departsAt: Schema.NullOr(Schema.Finite)
  }),
  /** Observed state of the connection; `open` is whether its WebSocket is open at this instant. */
  transport: Schema.Struct({
    open: Schema.Boolean,
    state: State,
    since: Schema.Finite,
    failures: Schema.Int,
    reason: Schema.NullOr(Schema.String),
    code: Schema.NullOr(Schema.Int),
    retryAt: Schema.NullOr(Schema.Finite)
  }),
  /** Proven life of the peer: time since the last frame, to a tenth of a second, and the last ping's round trip. */
  liveness: Schema.NullOr(
    Schema.Struct({
      heardAgo: Schema.Finite,
      roundTrip: Schema.NullOr(Schema.Struct({ took: Schema.Finite, at: Schema.Finite }))
    })
  ),
  messages: Schema.Int,
  props: Schema.Int
})
export type TeamRow = typeof TeamRow.Type

/** Page of teams: `matched` of the `total` fit the query, and these are the ones from `offset` on. */
export const TeamsPage = Schema.Struct({
  at: Schema.Finite,
  total: Schema.Int,
  matched: Schema.Int,
  offset: Schema.Int,
  teams: Schema.Array(TeamRow)
})
export type TeamsPage = typeof TeamsPage.Type

/** Transition of a team, as the flight recorder keeps it. */
const Transition = Schema.Struct({
  at: Schema.Finite,
  generation: Schema.Int,
  from: State,
  to: State,
  attempt: Schema.Int,
  cause: Schema.NullOr(Schema.String),
  code: Schema.NullOr(Schema.Int),
  wait: Schema.NullOr(Schema.Finite),
  rule: Schema.NullOr(Schema.String),
  lived: Schema.NullOr(Schema.Finite),
  origin: Schema.NullOr(Schema.String)
})

/** Team, and how it came to be as it is. */
export const TeamStory = Schema.Struct({
  at: Schema.Finite,
  team: TeamRow,
  headline: Schema.String,
  story: Schema.Array(
    Schema.Struct({ at: Schema.Finite, text: Schema.String, mood: Schema.Literals(["well", "ill", "plain"]) })
  ),
  transitions: Schema.Array(Transition),
  /** Number of older transitions that are not kept. */
  dropped: Schema.Int
})
export type TeamStory = typeof TeamStory.Type
