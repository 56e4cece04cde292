import { Schema } from "effect"
import {
  HttpApi,
  HttpApiEndpoint,
  HttpApiGroup,
  HttpApiMiddleware,
  HttpApiSchema,
  HttpApiSecurity,
  OpenApi
} from "effect/http-api"
import { TeamId } from "./TeamId.ts"

// What the admin surface says and takes. Times are milliseconds since 1970, spans are milliseconds.

/**
 * What an operator wants to know of a connection at a glance: `connecting` has no failure behind it, `retrying` has, and
 * `slow` has so many that it is tried rarely. `gone`: not wanted.
 */
export const Phase = Schema.Literals(["connected", "connecting", "retrying", "slow", "gone"])
export type Phase = typeof Phase.Type

const State = Schema.Literals(["Waiting", "Asking", "Dialing", "Open", "Backoff", "SlowLane", "Draining", "Departed"])

/** One team: three truths that are told apart, each with its time. */
export const TeamRow = Schema.Struct({
  id: TeamId,
  phase: Phase,
  /** Desired: between a join and the next left. */
  wanted: Schema.Struct({ is: Schema.Boolean, since: Schema.Finite, generation: Schema.Int }),
  /** Observed: what the connection is doing, and whether its WebSocket is open at this instant. */
  transport: Schema.Struct({
    open: Schema.Boolean,
    state: State,
    since: Schema.Finite,
    failures: Schema.Int,
    reason: Schema.NullOr(Schema.String),
    code: Schema.NullOr(Schema.Int),
    retryAt: Schema.NullOr(Schema.Finite)
  }),
  /** Proven: how long ago the last frame came, to a tenth of a second, and what the last ping took. */
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

export const TeamsPage = Schema.Struct({
  at: Schema.Finite,
  total: Schema.Int,
  matched: Schema.Int,
  offset: Schema.Int,
  teams: Schema.Array(TeamRow)
})
export type TeamsPage = typeof TeamsPage.Type

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

/** One team, and how it came to be as it is. */
export const TeamStory = Schema.Struct({
  at: Schema.Finite,
  team: TeamRow,
  headline: Schema.String,
  story: Schema.Array(
    Schema.Struct({ at: Schema.Finite, text: Schema.String, mood: Schema.Literals(["well", "ill", "plain"]) })
  ),
  transitions: Schema.Array(Transition),
  /** Older transitions that are not kept. */
  dropped: Schema.Int
})
export type TeamStory = typeof TeamStory.Type

/** The whole fleet at one instant. */
export const FleetView = Schema.Struct({
  at: Schema.Finite,
  /** When this run began: another one is another process. */
  began: Schema.Finite,
  version: Schema.String,
  server: Schema.String,
  ready: Schema.Boolean,
  readyShare: Schema.Finite,
  global: Schema.Struct({ up: Schema.Boolean, since: Schema.NullOr(Schema.Finite) }),
  teams: Schema.Struct({
    wanted: Schema.Int,
    departed: Schema.Int,
    connected: Schema.Int,
    connecting: Schema.Int,
    retrying: Schema.Int,
    slow: Schema.Int
  }),
  totals: Schema.Struct({
    messages: Schema.Int,
    props: Schema.Int,
    connects: Schema.Int,
    drops: Schema.Int,
    dead: Schema.Int
  }),
  dials: Schema.Struct({ inFlight: Schema.Int, waiting: Schema.Int, asksWaiting: Schema.Int }),
  operators: Schema.Boolean
})
export type FleetView = typeof FleetView.Type

/** What happened between two looks. `connected` is how many were at the end of it. */
export const Point = Schema.Struct({
  at: Schema.Finite,
  connects: Schema.Int,
  drops: Schema.Int,
  messages: Schema.Int,
  connected: Schema.Int
})
export type Point = typeof Point.Type

/** The newest part of the past, oldest first: by the second, and by the minute. */
export const Past = Schema.Struct({ seconds: Schema.Array(Point), minutes: Schema.Array(Point) })
export type Past = typeof Past.Type

/** The wanted teams that are not connected: how many for each reason, and the first of them. */
export const Trouble = Schema.Struct({
  reasons: Schema.Array(Schema.Struct({ reason: Schema.String, teams: Schema.Int })),
  teams: Schema.Array(TeamRow)
})
export type Trouble = typeof Trouble.Type

const Cell = Schema.Tuple([TeamId, Phase])

/** What `/api/events` says: everything at first, then the cells that changed and, each second, the fleet. */
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
    second: Schema.NullOr(Point),
    minute: Schema.NullOr(Point),
    trouble: Trouble
  })
])
export type FeedEvent = typeof FeedEvent.Type

/** The request is not allowed: by its token, its Host or its Origin, or since verbs have no token. */
export class Refused extends Schema.TaggedError<Refused>()(
  "Refused",
  { message: Schema.String },
  { httpApiStatus: 403 }
) {}

/** There is no such team in this run. */
export class NoSuchTeam extends Schema.TaggedError<NoSuchTeam>()(
  "NoSuchTeam",
  { message: Schema.String },
  { httpApiStatus: 404 }
) {}

/** There are as many readers of events as there may be. */
export class TooManyReaders extends Schema.TaggedError<TooManyReaders>()(
  "TooManyReaders",
  { message: Schema.String },
  { httpApiStatus: 503 }
) {}

/** Lets operators in: `Authorization: Bearer` and the token of `--admin-token`. */
export class Operators extends HttpApiMiddleware.Service<Operators>()("botswain/wire/AdminApi/Operators", {
  error: Refused,
  security: { token: HttpApiSecurity.bearer }
}) {}

export const sortKeys = ["id", "state", "failures", "messages", "since", "heard"] as const

/** A whole number in a query. */
const Whole = Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 10_000_000 }))

const TeamsQuery = {
  /** Phases, with commas between them. */
  phase: Schema.optionalKey(Schema.String),
  /** Text in an id or a reason. */
  text: Schema.optionalKey(Schema.String),
  sort: Schema.optionalKey(Schema.Literals(sortKeys)),
  order: Schema.optionalKey(Schema.Literals(["up", "down"])),
  offset: Schema.optionalKey(Whole),
  limit: Schema.optionalKey(Whole)
}

const Done = Schema.Struct({ done: Schema.String })

const Look = HttpApiGroup.make("look").add(
  HttpApiEndpoint.get("fleet", "/api/fleet", { success: FleetView }),
  HttpApiEndpoint.get("teams", "/api/teams", { query: TeamsQuery, success: TeamsPage }),
  HttpApiEndpoint.get("team", "/api/teams/:id", {
    params: { id: Schema.String },
    success: TeamStory,
    error: NoSuchTeam
  }),
  HttpApiEndpoint.get("past", "/api/past", { success: Past }),
  HttpApiEndpoint.get("events", "/api/events", {
    success: HttpApiSchema.StreamSse({ data: FeedEvent }),
    error: TooManyReaders
  })
)

const Act = HttpApiGroup.make("act")
  .add(
    HttpApiEndpoint.post("reconnect", "/api/teams/:id/reconnect", {
      params: { id: Schema.String },
      success: Done,
      error: NoSuchTeam
    }),
    HttpApiEndpoint.post("wake", "/api/wake", { success: Done }),
    HttpApiEndpoint.post("drain", "/api/drain", { success: Done })
  )
  .middleware(Operators)

/** The admin surface, apart from `/healthz`, `/readyz`, `/metrics` and the deck. */
export const AdminApi = HttpApi.make("botswain")
  .add(Look, Act)
  .annotate(OpenApi.Title, "Botswain")
  .annotate(
    OpenApi.Description,
    "A fleet of bot connections: how it is, why any team is down, and an operator's verbs."
  )
