import { Data } from "effect"

/** Why a dial failed. `detail` is a status, an error code or a timeout: never a URL. */
export class DialError extends Data.TaggedError("DialError")<{
  /**
   * `refused`: an HTTP status other than 101. `forbidden`: the host has no address that `allowsAddress` lets through, or the
   * runtime does not let us choose the address.
   * `name`: the host's name could not be resolved. `local`: our own machine lacks something: descriptors, ports, buffers or
   * memory. `proxy`: the proxy could not be reached, or did not let the dial through.
   */
  readonly reason: "refused" | "unreachable" | "timeout" | "forbidden" | "protocol" | "name" | "local" | "proxy"
  readonly detail: string
  /** Milliseconds, an hour at most, for which a server that has refused with 429 or 503 asks not to be dialled. */
  readonly retryAfter?: number | undefined
}> {
  override get message() {
    return `${this.reason}: ${this.detail}`
  }
}

/** The handshake was not answered within the connect timeout, in milliseconds. Rule: protocol row 14. */
export const noAnswer = (connectTimeout: number, ofWhom?: { readonly awaitsProxy?: () => boolean }) =>
  new DialError({
    reason: "timeout",
    detail: `no answer${ofWhom?.awaitsProxy?.() === true ? " of the proxy" : ""} in ${connectTimeout} ms`
  })

/** Makes an error of the way to a proxy, or of its answer, one of the proxy; but what our machine lacks is our own. */
export const ofProxy = (error: DialError): DialError =>
  error.reason === "local" || error.reason === "proxy"
    ? error
    : new DialError({ reason: "proxy", detail: error.detail, retryAfter: error.retryAfter })

/** The handshake was answered with an HTTP status other than 101. `retryAfter`: as {@link DialError} has it. */
export const refusedWith = (status: number, retryAfter?: number) =>
  new DialError({
    reason: "refused",
    detail: `HTTP status ${status}`,
    ...(retryAfter === undefined ? undefined : { retryAfter })
  })

/** What can be wrong with an answer to the handshake: RFC 6455 section 4.1, RFC 9110 section 5, RFC 9112 sections 2 to 5. */
export const HandshakeFault = {
  http: "the answer is no HTTP/1",
  lineEnd: "a line of the answer ends with LF and no CR",
  size: "the answer's head is larger than 16 KiB",
  statusLine: "the answer's status line is malformed",
  field: "a header field of the answer is malformed",
  upgrade: "the answer does not switch to WebSocket",
  accept: "Sec-WebSocket-Accept does not match the key",
  extension: "the answer has an extension that was not offered",
  subprotocol: "the answer has a subprotocol that was not offered",
  other: "the answer is no WebSocket handshake"
} as const

/** The handshake was answered with something that is none. */
export const invalidHandshake = (fault: string) => new DialError({ reason: "protocol", detail: fault })

/** The host has no address that `allowsAddress` lets through. */
export const forbiddenAddress = () =>
  new DialError({ reason: "forbidden", detail: "the host's address may not be dialled" })

/** The `ws` of this runtime does not connect where it is told to, so that nobody has asked whether it may. */
export const unguarded = () =>
  new DialError({
    reason: "forbidden",
    detail: "this runtime's ws connects by itself: neither address nor proxy nor certificates can be checked"
  })

/** The host's name could not be resolved. `code` is the resolver's: ENOTFOUND, EAI_AGAIN. */
export const unknownName = (code: string) => new DialError({ reason: "name", detail: code })

/** The look-up of the host's name was not answered within the connect timeout, in milliseconds. */
export const noAddress = (hostname: string, connectTimeout: number) =>
  new DialError({ reason: "name", detail: `no address for ${hostname} in ${connectTimeout} ms` })

/** The handshake was given up by our own side. */
export const givenUp = () => new DialError({ reason: "unreachable", detail: "given up during the handshake" })
