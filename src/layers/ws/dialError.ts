import { DialError } from "../../services/Socket.ts"

/** The code of a resolver's error where every address was refused. */
export const forbiddenCode = "BOTSWAIN_FORBIDDEN"

/** Every address of the host is one that the dial may not reach. */
export const forbidden = () => new DialError({ reason: "forbidden", detail: "the host's address may not be dialled" })

const noHandshake = () => new DialError({ reason: "protocol", detail: "the answer is no WebSocket handshake" })

/** An errno of the operating system or the resolver, not Node's own `ERR_…`. EPROTO is what TLS says to plain text. */
const errno = /^E(?!RR_|PROTO$)[A-Z0-9_]+$/

const codeOf = (error: unknown): string | undefined =>
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

/** The close code that `ws` sends for a frame that it does not accept; `undefined` for any other error. */
export const closeCodeOf = (error: unknown): number | undefined => {
  const code = codeOf(error)
  if (code === undefined || !code.startsWith("WS_ERR_")) return undefined
  switch (code) {
    case "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH":
    case "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH":
      return 1009
    case "WS_ERR_TOO_MANY_BUFFERED_PARTS":
      return 1008
    case "WS_ERR_INVALID_UTF8":
      return 1007
    default:
      return 1002
  }
}
