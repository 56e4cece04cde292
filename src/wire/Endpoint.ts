import { Data, Redacted, Result } from "effect"

/** A text that is no WebSocket URL. Says why, never what the text was. */
export class BadUrl extends Data.TaggedError("BadUrl")<{ readonly reason: string }> {
  override get message() {
    return this.reason
  }
}

const interned = new Map<string, string>()
const mostInterned = 2000

/**
 * Gives one text for all equal ones: thousands of teams are kept at a few hosts. It weighs 0.1 KB a team less, where
 * the bench allows 4.5 KB of heap.
 */
const intern = (text: string): string => {
  const known = interned.get(text)
  if (known !== undefined) return known
  if (interned.size === mostInterned) interned.clear()
  interned.set(text, text)
  return text
}

/** Lower case, without the brackets of an IPv6 address and the dot at the end. */
const nameOf = ({ hostname }: URL): string => {
  if (hostname.startsWith("[")) return hostname.slice(1, -1)
  return hostname.endsWith(".") ? hostname.slice(0, -1) : hostname
}

/** Characters of a name. RFC 1035 section 2.3.4: 255 bytes, with a length before each label and one for the root. */
const longestName = 253

/** Characters of a URL, at most, as it is written and as it is sent: what servers commonly take of a request line. */
export const longestUrl = 8_192

const tooLong = () => Result.fail(new BadUrl({ reason: `it is longer than ${longestUrl} characters` }))

/**
 * A place to dial. Its URL is a secret (paths and queries carry tokens): what is printed of an endpoint is `origin`,
 * scheme, host and port. Rule: protocol row 2.
 */
export class Endpoint {
  readonly url: Redacted.Redacted
  readonly secure: boolean
  /** Lower case; an IPv6 address has no brackets. */
  readonly hostname: string
  readonly port: number
  /** Hostname and port. */
  readonly host: string
  /** Scheme, hostname and port. */
  readonly origin: string

  private constructor(url: URL, hostname: string) {
    this.secure = url.protocol === "wss:"
    this.hostname = hostname
    this.port = url.port === "" ? (this.secure ? 443 : 80) : Number(url.port)
    this.url = Redacted.make(url.href, { label: "url" })
    this.host = intern(`${hostname.includes(":") ? `[${hostname}]` : hostname}:${this.port}`)
    this.origin = intern(`${this.secure ? "wss" : "ws"}://${this.host}`)
  }

  toString(): string {
    return this.origin
  }

  toJSON(): string {
    return this.origin
  }

  /** Reads a ws, wss, http (as ws) or https (as wss) URL. A fragment is dropped. Rule: protocol row 1. */
  static parse(text: string): Result.Result<Endpoint, BadUrl> {
    if (text.length > longestUrl) return tooLong()
    const url = URL.parse(text)
    if (url === null) return Result.fail(new BadUrl({ reason: "it is not a URL" }))
    const scheme = schemes.get(url.protocol)
    if (scheme === undefined) {
      return Result.fail(new BadUrl({ reason: "its scheme is none of ws, wss, http, https" }))
    }
    const hostname = nameOf(url)
    if (hostname.length > longestName) {
      return Result.fail(new BadUrl({ reason: `its hostname is longer than ${longestName} characters` }))
    }
    // Each change serialises the URL anew, and most have nothing to change.
    if (url.protocol !== scheme) url.protocol = scheme
    if (text.includes("#")) url.hash = ""
    // What is not ASCII takes up to nine characters when it is sent.
    if (url.href.length > longestUrl) return tooLong()
    return Result.succeed(new Endpoint(url, hostname))
  }
}

const schemes = new Map([
  ["ws:", "ws:"],
  ["http:", "ws:"],
  ["wss:", "wss:"],
  ["https:", "wss:"]
])
