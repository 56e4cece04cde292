import { HandshakeFault } from "../../src/services/DialError.ts"
import { closed, type End, gone, hex, lines, protocol, type Row, usual } from "./Row.ts"

const { accept, connection, status, upgrade } = usual

/** Opens, and the frames are read: a text and a close frame. */
const opens = (section: string, rule: string, answer: string): Row => ({
  section,
  rule,
  answer,
  sends: hex("81 02 68 69 88 02 03 e8"),
  hears: ['"hi"'],
  pongs: [],
  end: closed(1000)
})

const refuses = (section: string, rule: string, answer: string, end: End, endOnWs?: End): Row => ({
  section,
  rule,
  answer,
  sends: [],
  hears: [],
  pongs: [],
  end,
  ...(endOnWs && { endOnWs })
})

const refused = (status: number): End => ({ kind: "refused", reason: "refused", detail: `HTTP status ${status}` })

/** Rules of the opening handshake. */
export const opening: ReadonlyArray<Row> = [
  opens(
    "4.1",
    "an answer with 101, Upgrade, Connection and the right Accept opens",
    lines(status, upgrade, connection, accept)
  ),
  opens(
    "4.1",
    "names of fields and tokens have no case, and fields any order",
    lines(status, accept, "CONNECTION: upgrade", "upgrade: WEBSOCKET")
  ),
  opens(
    "4.1",
    "Connection is a list with Upgrade in it",
    lines(status, upgrade, "Connection: keep-alive, Upgrade", accept)
  ),
  opens(
    "4.1",
    "an interim answer goes before the answer",
    lines("HTTP/1.1 103 Early Hints", "Link: x") + lines(status, upgrade, connection, accept)
  ),
  refuses("4.1", "another status refuses", lines("HTTP/1.1 403 Forbidden", "Content-Length: 0"), refused(403)),
  refuses(
    "4.1",
    "a redirect is not followed",
    lines("HTTP/1.1 302 Found", "Location: ws://192.0.2.1/", "Content-Length: 0"),
    refused(302)
  ),
  refuses("4.1", "Upgrade is there", lines(status, connection, accept), protocol(HandshakeFault.upgrade)),
  refuses(
    "4.1",
    "Upgrade is websocket",
    lines(status, "Upgrade: h2c", connection, accept),
    protocol(HandshakeFault.upgrade)
  ),
  refuses("4.1", "Connection is there", lines(status, upgrade, accept), protocol(HandshakeFault.upgrade)),
  refuses(
    "4.1",
    "Connection has Upgrade in it",
    lines(status, upgrade, "Connection: close", accept),
    protocol(HandshakeFault.upgrade)
  ),
  refuses("4.2.2", "Accept is there", lines(status, upgrade, connection), protocol(HandshakeFault.accept)),
  refuses(
    "4.2.2",
    "Accept proves that the key was read",
    lines(status, upgrade, connection, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    protocol(HandshakeFault.accept)
  ),
  refuses(
    "4.1",
    "no extension is agreed that was not offered",
    lines(status, upgrade, connection, accept, "Sec-WebSocket-Extensions: permessage-deflate"),
    protocol(HandshakeFault.extension)
  ),
  refuses(
    "4.1",
    "no subprotocol is agreed that was not offered",
    lines(status, upgrade, connection, accept, "Sec-WebSocket-Protocol: chat"),
    protocol(HandshakeFault.subprotocol)
  ),
  refuses(
    "4.2.2",
    "the answer is of HTTP/1.1 or higher",
    lines("HTTP/1.0 101 Switching Protocols", upgrade, connection, accept),
    protocol(HandshakeFault.upgrade),
    gone
  ),
  refuses(
    "4.1",
    "the answer is HTTP",
    lines("220 mail.example ESMTP"),
    protocol(HandshakeFault.http),
    protocol("HPE_INVALID_CONSTANT")
  ),
  refuses(
    "4.1",
    "its status line is well formed",
    lines("HTTP/1.1 0101 Switching Protocols", upgrade, connection, accept),
    protocol(HandshakeFault.statusLine),
    protocol("HPE_INVALID_STATUS")
  ),
  refuses(
    "4.1",
    "its fields are well formed",
    lines(status, upgrade, connection, accept, "Server : x"),
    protocol(HandshakeFault.field),
    protocol("HPE_INVALID_HEADER_TOKEN")
  ),
  refuses(
    "4.1",
    "its lines end with CR LF",
    lines(status, upgrade, connection, accept).replaceAll("\r", ""),
    protocol(HandshakeFault.lineEnd),
    protocol("HPE_CR_EXPECTED")
  ),
  refuses(
    "limit",
    "its head has at most 16 KiB",
    lines(status, upgrade, connection, accept, `X: ${"x".repeat(20_000)}`),
    protocol(HandshakeFault.size),
    protocol("HPE_HEADER_OVERFLOW")
  )
]
