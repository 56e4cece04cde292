import type { IncomingMessage, OutgoingHttpHeaders, Server } from "node:http"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { STATUS_CODES } from "../../node/http.ts"
import { answerUpgrade } from "../core/answerUpgrade.ts"
import type { Platform } from "../core/Platform.ts"
import type { Attach } from "../core/UpgradeRequest.ts"
import { ServerWebSocket } from "./ServerWebSocket.ts"
import { WsTransport } from "./WsTransport.ts"

/** Milliseconds before `ws` gives up a close handshake. */
const closeTimeout = 5_000

const pathOf = (request: IncomingMessage): string => (request.url ?? "").replace(/[?#].*$/s, "")

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]))

/** Lets a platform answer the upgrade requests of an HTTP server. */
export const acceptUpgrades = (platform: Platform, http: Server, maxFrame: number): void => {
  const attachments = new WeakMap<IncomingMessage, Attach>()

  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // A muted socket answers no ping, so pongs are ours to send.
    autoPong: false,
    maxPayload: maxFrame,
    closeTimeout,
    WebSocket: ServerWebSocket,
    // Asked when `ws` has checked that it is a proper handshake, and before it answers.
    verifyClient: (
      { req }: { readonly req: IncomingMessage },
      answer: (accept: boolean, status?: number, text?: string, headers?: OutgoingHttpHeaders) => void
    ) => {
      const abandon = answerUpgrade(platform, {
        path: pathOf(req),
        headers: headersOf(req),
        accept: (attach) => {
          attachments.set(req, attach)
          answer(true)
        },
        refuse: (status, retryAfter) =>
          answer(
            false,
            status,
            STATUS_CODES[status] ?? "Refused",
            retryAfter === undefined ? {} : { "retry-after": `${retryAfter}` }
          )
      })
      req.socket.once("close", abandon)
    }
  }
  const wss = new NodeWS.WebSocketServer<typeof ServerWebSocket>(options)

  http.on("upgrade", (request, stream, head) => {
    // Read on while the handshake waits, or nobody would notice that the client gives up.
    stream.once("end", () => stream.end())
    wss.handleUpgrade(request, request.socket, head, (ws) => {
      const attach = attachments.get(request)
      if (attach === undefined) return ws.terminate()
      const transport = new WsTransport(ws, request.socket, platform.later)
      transport.attach(attach(transport))
    })
    if (!attachments.has(request)) stream.resume()
  })
}
