import type { Draw } from "./Draw.ts"

/** An answer to a handshake, in lines with their ends, and where it is cut into writes. */
export interface Answer {
  readonly lines: ReadonlyArray<string>
  readonly cuts: ReadonlyArray<number>
}

/** Stands in an answer for the proof that the key was read: only the request has the key. */
export const proof = "PROOF"

const statusLines = [
  "HTTP/1.1 101 Switching Protocols",
  "HTTP/1.1 101 Switching Protocols",
  "HTTP/1.1 101 Switching Protocols",
  "HTTP/1.1 101 Switching Protocols",
  "HTTP/1.1 101 ",
  "HTTP/1.1 101",
  "HTTP/1.0 101 Switching Protocols",
  "HTTP/1.1 200 OK",
  "HTTP/1.1 204 No Content",
  "HTTP/1.1 302 Found",
  "HTTP/1.1 429 Too Many Requests",
  "HTTP/1.1 503 Service Unavailable",
  "HTTP/1.0 503 Service Unavailable",
  "HTTP/1.1 999 Odd",
  "HTTP/1.1 99 Low",
  "HTTP/1.1 1010 High",
  "HTTP/1.1  101 Wide",
  "HTTP/2 101 Switching Protocols",
  "HTTP/1.2 101 Switching Protocols",
  "http/1.1 101 Switching Protocols",
  "ICY 200 OK",
  "SSH-2.0-OpenSSH",
  ""
] as const

const upgrades = [
  "Upgrade: websocket",
  "upgrade:WebSocket",
  "Upgrade:  websocket\t",
  "Upgrade: h2c",
  "Upgrade: websocket, h2c"
] as const
const connections = [
  "Connection: Upgrade",
  "connection: keep-alive, UPGRADE",
  "Connection: close",
  "Connection:"
] as const
const accepts = [
  `Sec-WebSocket-Accept: ${proof}`,
  `sec-websocket-accept:${proof} `,
  `Sec-WebSocket-Accept: x${proof}`,
  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
  "Sec-WebSocket-Accept:"
] as const

const others = [
  "Server: x",
  "Date: Wed, 25 Nov 2026 08:00:00 GMT",
  "Retry-After: 120",
  "Retry-After: soon",
  "Retry-After: Wed, 25 Nov 2026 08:00:30 GMT",
  "Content-Length: 0",
  "Content-Length: 4",
  "Content-Length: x",
  "Transfer-Encoding: chunked",
  "Sec-WebSocket-Extensions: permessage-deflate",
  "Sec-WebSocket-Extensions:",
  "Sec-WebSocket-Protocol: chat",
  "Sec-WebSocket-Protocol:",
  "Upgrade: websocket",
  "Connection: x",
  `Sec-WebSocket-Accept: ${proof}`,
  "Location: ws://192.0.2.1/",
  "Server",
  "Server : x",
  ": x",
  " folded",
  "X: \u0000",
  "X: \u0007",
  "X: \u007f",
  "X: \u00e9",
  "X(: y",
  "X: y\rZ: y",
  "X: y\nZ: y"
] as const

const interims = ["HTTP/1.1 100 Continue", "HTTP/1.1 103 Early Hints", "HTTP/1.1 102 Processing"] as const

/** Mostly the first, which is right. */
const mostly = <A>(draw: Draw, list: ReadonlyArray<A>): A => (draw.oneIn(5) ? draw.of(list) : list[0]!)

const lineEnd = (draw: Draw): string => (draw.oneIn(60) ? draw.of(["\n", "\r", "", "\r\r\n"]) : "\r\n")

const headOf = (draw: Draw, statusLine: string, fields: ReadonlyArray<string>): ReadonlyArray<string> =>
  [statusLine, ...fields, ""].map((line) => line + lineEnd(draw))

const interimOf = (draw: Draw) =>
  headOf(
    draw,
    draw.of(interims),
    draw.list(1, () => draw.of(others))
  )

const finalOf = (draw: Draw) => {
  const fields = [mostly(draw, upgrades), mostly(draw, connections), mostly(draw, accepts)]
  if (draw.oneIn(8)) fields.splice(draw.below(3), 1)
  const more = draw.oneIn(2) ? draw.list(2, () => draw.of(others)) : []
  const all: Array<string> = [...fields, ...more]
  // In any order.
  for (let n = all.length - 1; n > 0; n--) {
    const at = draw.below(n + 1)
    ;[all[n], all[at]] = [all[at]!, all[n]!]
  }
  // Around the 16 KiB that a head may have.
  if (draw.oneIn(20)) all.push(`X: ${"x".repeat(16_000 + draw.below(600))}`)
  return headOf(draw, draw.oneIn(3) ? draw.of(statusLines) : statusLines[0], all)
}

/** A text frame and a close frame, by which is seen where the frames begin. */
const behind = ["\u0081\u0002hi", "\u0088\u0002\u0003\u00e8"] as const

/** Draws an answer: most are a handshake, or nearly. */
export const answerOf = (draw: Draw): Answer => {
  const before = draw.oneIn(8) ? draw.list(3, () => interimOf(draw)).flat() : []
  const lines = [...before, ...finalOf(draw), ...behind]
  const whole = draw.oneIn(10) ? lines.slice(0, draw.below(lines.length)) : lines
  if (draw.oneIn(12) && whole.length > 0) {
    const at = draw.below(whole.length)
    const line = whole[at]!
    const place = draw.below(line.length + 1)
    whole[at] = line.slice(0, place) + String.fromCharCode(draw.below(256)) + line.slice(place + draw.below(2))
  }
  const length = whole.join("").length
  return { lines: whole, cuts: draw.list(6, () => draw.below(length + 40)) }
}

/** The same with a line less, or a cut less. */
export const smallerAnswers = ({ cuts, lines }: Answer): ReadonlyArray<Answer> => [
  ...lines.map((_, at) => ({ lines: lines.toSpliced(at, 1), cuts })),
  ...cuts.map((_, at) => ({ lines, cuts: cuts.toSpliced(at, 1) }))
]
