import { createRequire } from "node:module"
import type Reconnecting from "reconnecting-websocket"
import { WebSocket } from "ws"
import { count, keepAlive, runJob } from "./job.ts"

// Its types are not those of the CommonJS module that Node loads.
const ReconnectingWebSocket: typeof Reconnecting.default = createRequire(import.meta.url)("reconnecting-websocket")

/** `ws`, as lean as in the floor. */
class Lean extends WebSocket {
  constructor(url: string, protocols?: string | Array<string>) {
    super(url, protocols, { perMessageDeflate: false })
  }
}

runJob((team, askUrl) => {
  const socket = new ReconnectingWebSocket(askUrl, undefined, { WebSocket: Lean })
  socket.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data)
    if (event.type === "message") count(team, event.text)
  })
  const pings = keepAlive((frame) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(frame)
  })
  return {
    isOpen: () => socket.readyState === WebSocket.OPEN,
    close: () => {
      clearInterval(pings)
      socket.close(1000)
    }
  }
})
