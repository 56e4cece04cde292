import type { IncomingMessage, ServerResponse } from "node:http"
import type { WebSocket } from "ws"
import { messageFrames } from "./frames.ts"

/** How one service talks on the connections of its teams. */
export interface Dialect {
  /** Ten messages, as frames. */
  readonly messages: ReadonlyArray<Buffer>
  readonly onOpen: (ws: WebSocket) => void
  readonly onFrame: (ws: WebSocket, frame: string) => void
}

const say = (ws: WebSocket, event: object) => ws.send(JSON.stringify(event))

/** The protocol of the task. */
const team: Dialect = {
  messages: messageFrames((text) => ({ type: "message", text })),
  onOpen: (ws) => say(ws, { type: "hello" }),
  onFrame: (ws, frame) => say(ws, { type: "pong", unique_id: JSON.parse(frame).unique_id })
}

/** Enough of Slack's Socket Mode for its client: it acknowledges each event, and its keep-alive is the protocol's ping. */
const slack: Dialect = {
  messages: messageFrames((text) => ({
    type: "events_api",
    envelope_id: "e",
    accepts_response_payload: false,
    payload: { type: "event_callback", event: { type: "message", text } }
  })),
  onOpen: (ws) => say(ws, { type: "hello", num_connections: 1 }),
  onFrame: () => {}
}

/** Enough of Discord's gateway for its client. Messages have no sequence numbers, which spares the client some work. */
const discord: Dialect = {
  messages: messageFrames((content) => ({ op: 0, t: "MESSAGE_CREATE", d: { content } })),
  onOpen: (ws) => say(ws, { op: 10, d: { heartbeat_interval: 15_000 } }),
  onFrame: (ws, frame) => {
    const { op } = JSON.parse(frame)
    if (op === 1) return say(ws, { op: 11 })
    if (op === 2) say(ws, { op: 0, t: "READY", s: 1, d: { session_id: "s", resume_gateway_url: discordUrl } })
    if (op === 6) say(ws, { op: 0, t: "RESUMED", s: 1, d: {} })
  }
}

/** Where a shard comes back to. Set by the server when it knows its port. */
let discordUrl = ""
export const setDiscordUrl = (url: string): void => {
  discordUrl = url
}

export type DialectName = "team" | "slack" | "discord"
export const dialects: Readonly<Record<DialectName, Dialect>> = { team, slack, discord }

/** The one HTTP call of Slack's client: where to dial. */
export const answerSlackHttp = (offer: () => string) => (request: IncomingMessage, response: ServerResponse) => {
  request.resume()
  response.setHeader("content-type", "application/json")
  response.end(JSON.stringify({ ok: true, url: offer() }))
}
