import { createRequire } from "node:module"
import type Reconnecting from "reconnecting-websocket"
import { runReconnecting } from "./reconnecting.ts"

// Its types are not those of the CommonJS module that Node loads.
const ReconnectingWebSocket: typeof Reconnecting.default = createRequire(import.meta.url)("reconnecting-websocket")

runReconnecting((url, options) => new ReconnectingWebSocket(url, undefined, options))
