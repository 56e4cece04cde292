import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { FeedEvent } from "./FeedEvent.ts"
import { FleetView, Past } from "./FleetView.ts"
import { NoSuchTeam, Operators, TooManyReaders } from "./Refusal.ts"
import { Phase, TeamsPage, TeamStory } from "./TeamView.ts"

export const sortKeys = ["id", "state", "failures", "messages", "since", "heard"] as const

/** A whole number in a query. */
const Whole = Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 10_000_000 }))

/** Phases, with commas between them; none is all. */
const Phases = Schema.String.check(
  Schema.makeFilter(
    (text: string) =>
      text.split(",").every((name) => text === "" || Schema.is(Phase)(name)) || `needs ${Phase.literals.join(", ")}`
  )
)

const TeamsQuery = {
  phase: Schema.optionalKey(Phases),
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
