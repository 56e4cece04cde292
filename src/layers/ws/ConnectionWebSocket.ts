import type { IncomingMessage } from "node:http"
import * as NodeWS from "@effect/platform-node/NodeWS"

/** Events that a connection hears of its `ws` socket. */
export interface WebSocketListener {
  /** The response that switches protocols has come. */
  readonly onUpgrade: (response: IncomingMessage) => void
  /** Another response has come. Its handler must end the request. */
  readonly onUnexpectedResponse: (response: IncomingMessage) => void
  readonly onOpen: () => void
  readonly onMessage: (data: Buffer) => void
  readonly onPing: (payload: Buffer) => void
  readonly onPong: () => void
  readonly onError: (error: NodeJS.ErrnoException) => void
  /** The socket is gone: the last call, which always comes: after an error, a refusal, a termination. */
  readonly onClose: (code: number) => void
}

const noListeners = Object.freeze({ __proto__: null })

/**
 * A `ws` socket that calls its connection directly, in place of event listeners. Eight of those weigh 0.5 KB a
 * connection, even if they are shared by all: each emitter has a table of its own for them.
 */
export class ConnectionWebSocket extends NodeWS.WebSocket {
  listener: WebSocketListener | undefined = undefined

  constructor(url: string, options: NodeWS.ClientOptions) {
    super(url, options)
    // The table that it would have for listeners weighs 0.2 KB when it is empty.
    Object.assign(this, { _events: noListeners })
  }

  // The types of `ws` leave open which arguments come with which event.
  override emit(event: string | symbol, first: never, second: never): boolean {
    const { listener } = this
    if (listener === undefined) return super.emit(event, first, second)
    switch (event) {
      case "message":
        listener.onMessage(first)
        return true
      case "ping":
        listener.onPing(first)
        return true
      case "pong":
        listener.onPong()
        return true
      case "upgrade":
        listener.onUpgrade(first)
        return true
      case "open":
        listener.onOpen()
        return true
      case "unexpected-response":
        listener.onUnexpectedResponse(second)
        return true
      case "error":
        listener.onError(first)
        return true
      case "close":
        listener.onClose(first)
        return true
      default:
        return super.emit(event, first, second)
    }
  }
}
