import type { ConnectionWebSocket } from "./ConnectionWebSocket.ts"

/** Ends a socket of `ws` that nobody is to hear of. */
export const discard = (ws: ConnectionWebSocket): void => {
  const ignore = () => {}
  ws.listener = {
    onUpgrade: ignore,
    onUnexpectedResponse: ignore,
    onOpen: ignore,
    onMessage: ignore,
    onPing: ignore,
    onPong: ignore,
    onError: ignore,
    onClose: ignore
  }
  ws.terminate()
}
