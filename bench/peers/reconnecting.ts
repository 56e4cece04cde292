// A socket of the browser's kind that reconnects by itself, on `ws`: what its packages share.
import { WebSocket } from "ws"
import { count, keepAlive, runJob } from "./job.ts"

/** `ws`, as lean as in the floor. */
class Lean extends WebSocket {
  constructor(url: string, protocols?: string | Array<string>) {
    super(url, protocols, { perMessageDeflate: false })
  }
}

/** What is used of such a socket. */
interface Reconnecting {
  readonly readyState: number
  readonly addEventListener: (type: "message", listener: (event: { readonly data: string }) => void) => void
  readonly send: (frame: string) => void
  readonly close: (code: number) => void
}

/** Does the job with sockets of a package, which is told of the `ws` to stand on. */
export const runReconnecting = (
  dial: (url: () => Promise<string>, options: { readonly WebSocket: typeof Lean }) => Reconnecting
): void =>
  runJob((team, askUrl) => {
    const socket = dial(askUrl, { WebSocket: Lean })
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
