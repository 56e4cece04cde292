import { DialError } from "../services/Socket.ts"

/** The code of a resolver's error where every address was refused. */
export const forbiddenCode = "BOTSWAIN_FORBIDDEN"

/** Every address of the host is one that the dial may not reach. */
export const forbidden = () => new DialError({ reason: "forbidden", detail: "the host's address may not be dialled" })

/** The answer is none that RFC 6455 section 4 allows. */
export const noHandshake = () => new DialError({ reason: "protocol", detail: "the answer is no WebSocket handshake" })

/** An errno of the operating system or the resolver, not Node's own `ERR_…`. EPROTO is what TLS says to plain text. */
const errno = /^E(?!RR_|PROTO$)[A-Z0-9_]+$/

/** The `code` that Node gives its errors, and `ws` some of its own. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined

/** A handshake's error, without its message: those of `ws`, `http` and `tls` can quote URLs. */
export const fromHandshake = (error: unknown): DialError => {
  const code = codeOf(error)
  if (code === forbiddenCode) return forbidden()
  if (code !== undefined) return new DialError({ reason: errno.test(code) ? "unreachable" : "protocol", detail: code })
  return noHandshake()
}

/** An HTTP answer other than the switch of protocols that was asked for. */
export const fromStatus = (status: number | undefined): DialError =>
  status === undefined || status === 101
    ? noHandshake()
    : new DialError({ reason: "refused", detail: `HTTP status ${status}` })
