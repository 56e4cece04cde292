import * as NodeWS from "@effect/platform-node/NodeWS"
import { CloseCode } from "../../services/Socket.ts"

/**
 * The server's end of a WebSocket, which can be muted. `ws` answers a close frame by calling its own `close`: this is
 * the one place where the answer can be held back, and where the frame is noticed before the connection is gone.
 */
export class ServerWebSocket extends NodeWS.WebSocket {
  muted = false
  onCloseFrame: (code: number) => void = () => {}
  /** The client's close frame, held back. */
  #unanswered: { readonly code: number | undefined } | undefined = undefined

  override close(code?: number, reason?: string | Buffer): void {
    // With a code and no reason it is us, or `ws` about a frame that it does not accept.
    if (code !== undefined && reason === undefined) return super.close(code)
    if (this.muted) {
      this.#unanswered ??= { code }
      return
    }
    // RFC 6455 section 7.1.5.
    this.onCloseFrame(code ?? CloseCode.noStatus)
    super.close(code, reason)
  }

  unmute(): void {
    this.muted = false
    const held = this.#unanswered
    this.#unanswered = undefined
    if (held !== undefined) this.close(held.code, "")
  }
}
