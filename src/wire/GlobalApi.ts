import { Schema } from "effect"
import { longestUrl } from "./Endpoint.ts"
import { codec } from "./Frame.ts"
import { TeamId } from "./TeamId.ts"

const Hello = Schema.Struct({ type: Schema.tag("hello") })
const Goodbye = Schema.Struct({ type: Schema.tag("goodbye") })
const TeamJoin = Schema.Struct({ type: Schema.tag("team.join"), team_id: TeamId })
const TeamLeft = Schema.Struct({ type: Schema.tag("team.left"), team_id: TeamId })

/** The server's reply to our `team.connect`: where the team's socket is. `ws_url` is a secret. */
const Offer = Schema.Struct({
  type: Schema.tag("team.connect"),
  team_id: TeamId,
  ws_url: Schema.String.check(Schema.isMaxLength(longestUrl))
})

/** Rule: protocol row 21. `received_message` may be anything and is not read. */
const ErrorEvent = Schema.Struct({
  type: Schema.tag("error"),
  message: Schema.optionalKey(Schema.Unknown),
  received_message: Schema.optionalKey(Schema.Unknown),
  team_id: Schema.optionalKey(Schema.NullOr(TeamId))
})

/** A question, or with `stats` the echo of an answer. Rule: protocol row 16. */
const HealthcheckQuestion = Schema.Struct({
  type: Schema.tag("healthcheck"),
  stats: Schema.optionalKey(Schema.Unknown)
})

/** Events of the server on the Global connection. */
export const GlobalServerEvent = Schema.Union([
  Hello,
  Goodbye,
  TeamJoin,
  TeamLeft,
  Offer,
  ErrorEvent,
  HealthcheckQuestion
])
export type GlobalServerEvent = typeof GlobalServerEvent.Type

/** One team in the answer to a healthcheck. Rule: protocol rows 16 to 19. */
export const TeamHealth = Schema.Struct({
  id: TeamId,
  connected: Schema.Boolean,
  message_count: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  props_count: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
})
export type TeamHealth = typeof TeamHealth.Type

const Ask = Schema.Struct({ type: Schema.tag("team.connect"), team_id: TeamId })
const HealthcheckAnswer = Schema.Struct({ type: Schema.tag("healthcheck"), stats: Schema.Array(TeamHealth) })

/** Events of ours on the Global connection. */
export const GlobalClientEvent = Schema.Union([Ask, HealthcheckAnswer])
export type GlobalClientEvent = typeof GlobalClientEvent.Type

export const GlobalServerCodec = codec(GlobalServerEvent)
export const GlobalClientCodec = codec(GlobalClientEvent)
