import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { FeedEvent } from "./FeedEvent.ts"
import { FleetView, Past } from "./FleetView.ts"
import { NoSuchTeam, Operators, TooBusy } from "./Refusal.ts"
import { TeamQuery } from "./TeamQuery.ts"
import { TeamsQuery } from "./TeamsQuery.ts"
import { TeamsPage, TeamStory } from "./TeamView.ts"

/** Answer to a verb: what was done, for people. */
const Done = Schema.Struct({ done: Schema.String })

/** Endpoints that only read. */
const Look = HttpApiGroup.make("look").add(
  HttpApiEndpoint.get("fleet", "/api/fleet", { success: FleetView }),
  HttpApiEndpoint.get("teams", "/api/teams", { query: TeamsQuery.fields, success: TeamsPage, error: TooBusy }),
  HttpApiEndpoint.get("team", "/api/team", { query: TeamQuery, success: TeamStory, error: NoSuchTeam }),
  HttpApiEndpoint.get("past", "/api/past", { success: Past }),
  HttpApiEndpoint.get("events", "/api/events", { success: HttpApiSchema.StreamSse({ data: FeedEvent }) })
)

/** Verbs, which need the operators' token. */
const Act = HttpApiGroup.make("act")
  .add(
    HttpApiEndpoint.post("reconnect", "/api/team/reconnect", { query: TeamQuery, success: Done, error: NoSuchTeam }),
    HttpApiEndpoint.post("wake", "/api/wake", { success: Done }),
    HttpApiEndpoint.post("drain", "/api/drain", { success: Done })
  )
  .middleware(Operators)

/** HTTP API of the admin surface: all of it but `/healthz`, `/readyz`, `/metrics` and the deck. */
export const AdminApi = HttpApi.make("botswain")
  .add(Look, Act)
  .annotate(OpenApi.Title, "Botswain")
  .annotate(
    OpenApi.Description,
    "A fleet of bot connections: how it is, why any team is down, and an operator's verbs."
  )
