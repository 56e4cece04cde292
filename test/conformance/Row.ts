import type { Closed } from "../../src/services/Socket.ts"
import { closeCodeFor, type Violation } from "../../src/services/Violation.ts"
import { proof } from "../fuzz/answers.ts"

/** How a connection ends, where the server says so much and then ends its stream. */
export type End =
  /** The stream has ended without a close frame. */
  | { readonly kind: "gone" }
  /** The server's close frame is answered with its own code and reason. `code` 1005 is none. */
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }
  /** A rule is broken: the connection is closed with a code of ours. */
  | { readonly kind: "failed"; readonly violation: Violation; readonly code: number }
  /** The handshake has failed: there is no connection. */
  | { readonly kind: "refused"; readonly reason: string; readonly detail: string }

/** A rule, the bytes that try it, and what must happen. */
export interface Row {
  /** Section of RFC 6455, or "limit" for one of ours. */
  readonly section: string
  readonly rule: string
  /** Lines of the answer to the handshake, where it is not the usual one. */
  readonly answer?: string
  /** What the server sends behind it, a buffer a write. */
  readonly sends: ReadonlyArray<Buffer>
  /** Messages as `"text"`, and `control` for a ping or a pong. */
  readonly hears: ReadonlyArray<string>
  /** Payloads of the pongs that answer, in hex. */
  readonly pongs: ReadonlyArray<string>
  readonly end: End
  /** The end on `ws`, where it is another one. */
  readonly endOnWs?: End
}

export const gone: End = { kind: "gone" }

export const closed = (code: number, reason = ""): End => ({ kind: "closed", code, reason })

export const failed = (violation: Violation, code = closeCodeFor(violation)): End => ({
  kind: "failed",
  violation,
  code
})

export const protocol = (detail: string): End => ({ kind: "refused", reason: "protocol", detail })

/** Reads bytes in hex; `|` parts two writes. */
export const hex = (text: string): ReadonlyArray<Buffer> =>
  text.split("|").map((part) => Buffer.from(part.replaceAll(" ", ""), "hex"))

/** Makes a row of frames. */
export const row = (
  section: string,
  rule: string,
  sends: string | Buffer,
  then: Partial<Pick<Row, "hears" | "pongs" | "end" | "endOnWs">>
): Row => ({
  section,
  rule,
  sends: typeof sends === "string" ? hex(sends) : [sends],
  hears: [],
  pongs: [],
  end: gone,
  ...then
})

/** The usual answer to a handshake. */
export const usual = {
  status: "HTTP/1.1 101 Switching Protocols",
  upgrade: "Upgrade: websocket",
  connection: "Connection: Upgrade",
  accept: `Sec-WebSocket-Accept: ${proof}`
} as const

export const lines = (...all: ReadonlyArray<string>): string => `${all.join("\r\n")}\r\n\r\n`

/** What `Closed` says of an end. */
export const closedOf = (end: End): Closed => {
  switch (end.kind) {
    case "gone":
    case "refused":
      return { code: 1006 }
    case "closed":
      return { code: end.code }
    case "failed":
      return { code: end.code, violation: end.violation }
  }
}
