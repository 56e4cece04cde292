import { hash } from "node:crypto"
import { unescape } from "node:querystring"
import { Redacted } from "effect"
import { validateHeaderName, validateHeaderValue } from "../node/http.ts"
import { type DialError, HandshakeFault, invalidHandshake } from "../services/DialError.ts"
import { type Dial } from "../services/Socket.ts"
import { version } from "../services/version.ts"
import { dialErrorFromStatus } from "./dialError.ts"
import { randomBytes, takeRandom } from "./random.ts"

/** Makes a `Sec-WebSocket-Key`: 16 random bytes in base64. RFC 6455 section 4.1. */
export const makeKey = (): string => {
  const from = takeRandom(16)
  return randomBytes.toString("base64", from, from + 16)
}

/** Gives the `Sec-WebSocket-Accept` by which a server proves that it has read the key. RFC 6455 section 4.2.2. */
export const acceptValueOf = (key: string): string =>
  hash("sha1", `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`, "base64")

/** Names this client, for servers and firewalls that refuse who has no name: RFC 9110 section 10.1.5. */
export const userAgent = `botswain/${version}`

/** Fields that the handshake itself sets: the dial's are left out. */
const reservedFields = new Set(["connection", "sec-websocket-key", "sec-websocket-version", "upgrade"])

/**
 * Writes the request that asks for a WebSocket: RFC 6455 section 4.1. A name and password in the URL are sent as
 * `Authorization: Basic`, unless the dial has an `Authorization` of its own, and a `User-Agent` likewise. Throws, as `node:http` does, on a header
 * that cannot be sent; the error's message quotes it.
 */
export const upgradeRequest = ({ endpoint, headers }: Pick<Dial, "endpoint" | "headers">, key: string): string => {
  // As the URL parser has written it: lower case, escaped, `//` before the authority and `/` behind it.
  const url = Redacted.value(endpoint.url)
  const authority = url.indexOf("//") + 2
  const path = url.indexOf("/", authority)
  const at = url.lastIndexOf("@", path)
  const user = at > authority ? url.slice(authority, at) : undefined
  let hasHost = false
  let hasAuthorization = false
  let hasUserAgent = false
  let fields = ""
  for (const name in headers) {
    const value = Redacted.value(headers[name]!)
    validateHeaderName(name)
    validateHeaderValue(name, value)
    const lower = name.toLowerCase()
    if (reservedFields.has(lower)) continue
    hasHost ||= lower === "host"
    hasAuthorization ||= lower === "authorization"
    hasUserAgent ||= lower === "user-agent"
    fields += `${name}: ${value}\r\n`
  }
  // The parser has left out the port where it is the scheme's own.
  if (!hasUserAgent) fields = `User-Agent: ${userAgent}\r\n${fields}`
  if (!hasHost) fields = `Host: ${url.slice(at > authority ? at + 1 : authority, path)}\r\n${fields}`
  if (user !== undefined && !hasAuthorization) fields += `Authorization: ${basic(user)}\r\n`
  return (
    `GET ${url.slice(path)} HTTP/1.1\r\n${fields}` +
    `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`
  )
}

/** Encodes a URL's user information as Basic authorization. RFC 7617. */
export const basic = (user: string): string => {
  const [name = "", ...password] = user.split(":")
  return `Basic ${Buffer.from(`${unescape(name)}:${unescape(password.join(":"))}`).toString("base64")}`
}

/** RFC 9112 section 4. HTTP/1.0 for refusals: proxies that have nobody to ask still answer so. */
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/

/**
 * RFC 9110 section 5: a token, a colon, and text without control characters. No line is folded. Space around the value is
 * taken for a part of it: a pattern that parts them would try every way to, where what follows does not match.
 */
const fieldLine = /^([\w!#$%&'*+\-.^`|~]+):([\t\x20-\x7e\x80-\xff]*)$/

const isSpace = (character: string | undefined): boolean => character === " " || character === "\t"

/** Takes the white space around a value away that HTTP knows, which is less than JavaScript's: RFC 9110 section 5.6.3. */
const trimmed = (text: string): string => {
  let [from, end] = [0, text.length]
  while (from < end && isSpace(text[from])) from++
  while (from < end && isSpace(text[end - 1])) end--
  return text.slice(from, end)
}

/** Names what is wrong with a line of a response's head, the status line or a field; `undefined` for one that is well formed. */
export const lineFault = (line: string, isStatusLine: boolean): string | undefined => {
  if (isStatusLine) return statusLine.test(line) ? undefined : HandshakeFault.statusLine
  return fieldLine.test(line) ? undefined : HandshakeFault.field
}

/** `interim`: another response follows. */
export type ResponseVerdict = "interim" | "open" | DialError

/** True if another response follows. RFC 9110 section 15.2. */
export const isInterim = (status: number): boolean => status < 200 && status !== 101

/** The status of a response, by its head; `undefined` where the status line is malformed. */
export const statusOf = (head: string): number | undefined => {
  const status = statusLine.exec(head.split("\r\n", 1)[0]!)?.[2]
  return status === undefined ? undefined : Number(status)
}

/**
 * Checks the head of a response, without its empty line. RFC 6455 section 4.1: it must be the switch that was asked
 * for, with no extension and no subprotocol, since none is ever asked for.
 */
export const checkResponse = (head: string, key: string): ResponseVerdict => {
  const lines = head.split("\r\n")
  const [, minor, status] = statusLine.exec(lines[0]!) ?? []
  if (status === undefined) return invalidHandshake(HandshakeFault.statusLine)
  let upgrade: string | undefined
  let connection = ""
  let accept: string | undefined
  let surplus: string | undefined
  let retryAfter: string | undefined
  let date: string | undefined
  for (let n = 1; n < lines.length; n++) {
    const [, name, value] = fieldLine.exec(lines[n]!) ?? []
    if (name === undefined || value === undefined) return invalidHandshake(HandshakeFault.field)
    const text = trimmed(value)
    switch (name.toLowerCase()) {
      case "upgrade":
        // A field that comes twice, here and below, is joined, and so equals nothing that is looked for.
        upgrade = upgrade === undefined ? text : `${upgrade}, ${text}`
        break
      case "connection":
        connection += `,${text}`
        break
      case "sec-websocket-accept":
        accept = accept === undefined ? text : `${accept}, ${text}`
        break
      case "retry-after":
        retryAfter ??= text
        break
      case "date":
        date ??= text
        break
      case "sec-websocket-extensions":
        surplus = HandshakeFault.extension
        break
      case "sec-websocket-protocol":
        surplus = HandshakeFault.subprotocol
        break
    }
  }
  if (isInterim(Number(status))) return "interim"
  if (status !== "101") return dialErrorFromStatus(Number(status), { "retry-after": retryAfter, date })
  const switches =
    minor === "1" &&
    upgrade?.toLowerCase() === "websocket" &&
    connection.split(",").some((token) => trimmed(token).toLowerCase() === "upgrade")
  if (!switches) return invalidHandshake(HandshakeFault.upgrade)
  if (accept !== acceptValueOf(key)) return invalidHandshake(HandshakeFault.accept)
  return surplus === undefined ? "open" : invalidHandshake(surplus)
}
