import PartySocket from "partysocket/ws"
import { WebSocket } from "ws"
import { count, keepAlive, runJob } from "./job.ts"

/** `ws`, as lean as in the floor. */
class Lean extends WebSocket {
  constructor(url: string, protocols?: string | Array<string>) {
    super(url, protocols, { perMessageDeflate: false })
  }
}

runJob((team, askUrl) => {
  const socket = new PartySocket(askUrl, undefined, { WebSocket: Lean })
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
