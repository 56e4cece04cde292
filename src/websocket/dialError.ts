import { errorCode } from "../node/errorCode.ts"
import { DialError, refusedWith } from "../services/Socket.ts"

/** The server's answer is none that RFC 6455 section 4 allows. */
export const invalidHandshake = () =>
  new DialError({ reason: "protocol", detail: "the answer is no WebSocket handshake" })

/** An errno of the operating system or the resolver, not Node's own `ERR_…`. EPROTO is what TLS says to plain text. */
const errno = /^E(?!RR_|PROTO$)[A-Z0-9_]+$/

/** Makes a `DialError` of what ended a dial, without its message: those of `ws`, `http` and `tls` can quote URLs. */
export const dialErrorFrom = (error: unknown): DialError => {
  if (error instanceof DialError) return error
  const code = errorCode(error)
  if (code === undefined) return invalidHandshake()
  return new DialError({ reason: errno.test(code) ? "unreachable" : "protocol", detail: code })
}

/** Makes a `DialError` of an HTTP response that is not the switch of protocols which was asked for. */
export const dialErrorFromStatus = (status: number | undefined): DialError =>
  status === undefined || status === 101 ? invalidHandshake() : refusedWith(status)
