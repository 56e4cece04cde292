import { Schema } from "effect"
import { codec } from "./Frame.ts"

const Hello = Schema.Struct({ type: Schema.tag("hello") })
const PingId = Schema.Union([Schema.Finite, Schema.String])
const Pong = Schema.Struct({ type: Schema.tag("pong"), unique_id: PingId })
const Message = Schema.Struct({ type: Schema.tag("message"), text: Schema.String })

/** The socket that carries it is the team that left, whatever `team_id` says. Rule: protocol row 3. */
const TeamLeft = Schema.Struct({ type: Schema.tag("team.left"), team_id: Schema.optionalKey(Schema.Unknown) })

/** Events of the server on a Team connection. */
export const TeamServerEvent = Schema.Union([Hello, Pong, Message, TeamLeft])
export type TeamServerEvent = typeof TeamServerEvent.Type

const Ping = Schema.Struct({ type: Schema.tag("ping"), unique_id: PingId })

/** Events of ours on a Team connection. */
export const TeamClientEvent = Schema.Union([Ping])
export type TeamClientEvent = typeof TeamClientEvent.Type

export const TeamServerCodec = codec(TeamServerEvent)
export const TeamClientCodec = codec(TeamClientEvent)
