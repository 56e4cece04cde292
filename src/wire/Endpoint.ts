import { Data, Redacted, Result } from "effect"

/** A text that is no WebSocket URL. Says why, never what the text was. */
export class BadUrl extends Data.TaggedError("BadUrl")<{ readonly reason: string }> {
  override get message() {
    return this.reason
  }
}

const origins = new Map<string, string>()
const mostOrigins = 1000

/** Thousands of teams are kept at a few hosts: one text for all of a host's weighs 0.1 KB a team less. */
const intern = (origin: string): string => {
  const known = origins.get(origin)
  if (known !== undefined) return known
  if (origins.size === mostOrigins) origins.clear()
  origins.set(origin, origin)
  return origin
}

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
  /** Scheme, host and port. */
  readonly origin: string

  private constructor(url: URL) {
    this.secure = url.protocol === "wss:"
    this.hostname = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "")
    this.port = url.port === "" ? (this.secure ? 443 : 80) : Number(url.port)
    this.url = Redacted.make(url.href, { label: "url" })
    const host = this.hostname.includes(":") ? `[${this.hostname}]` : this.hostname
    this.origin = intern(`${this.secure ? "wss" : "ws"}://${host}:${this.port}`)
  }

  toString(): string {
    return this.origin
  }

  toJSON(): string {
    return this.origin
  }

  /** Reads a ws, wss, http (as ws) or https (as wss) URL. A fragment is dropped. Rule: protocol row 1. */
  static parse(text: string): Result.Result<Endpoint, BadUrl> {
    const url = URL.parse(text)
    if (url === null) return Result.fail(new BadUrl({ reason: "it is not a URL" }))
    const scheme = schemes.get(url.protocol)
    if (scheme === undefined) {
      return Result.fail(new BadUrl({ reason: "its scheme is none of ws, wss, http, https" }))
    }
    // Each change serialises the URL anew, and most have nothing to change.
    if (url.protocol !== scheme) url.protocol = scheme
    if (text.includes("#")) url.hash = ""
    return Result.succeed(new Endpoint(url))
  }
}

const schemes = new Map([
  ["ws:", "ws:"],
  ["http:", "ws:"],
  ["wss:", "wss:"],
  ["https:", "wss:"]
])
