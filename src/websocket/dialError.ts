import { errorCode } from "../node/errorCode.ts"
import { DialError, refusedWith } from "../services/Socket.ts"

/** The server's answer is none that RFC 6455 section 4 allows. */
export const invalidHandshake = () =>
  new DialError({ reason: "protocol", detail: "the answer is no WebSocket handshake" })

/** An errno of the operating system or the resolver, not Node's own `ERR_…`. EPROTO is what TLS says to plain text. */
const errno = /^E(?!RR_|PROTO$)[A-Z0-9_]+$/

/** What our own machine lacks: descriptors of the process or the system, local ports, buffers, memory. */
const localErrno = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"])

const reasonOf = (code: string): DialError["reason"] => {
  if (localErrno.has(code)) return "local"
  return errno.test(code) ? "unreachable" : "protocol"
}

/** Makes a `DialError` of what ended a dial, without its message: those of `ws`, `http` and `tls` can quote URLs. */
export const dialErrorFrom = (error: unknown): DialError => {
  if (error instanceof DialError) return error
  const code = errorCode(error)
  if (code === undefined) return invalidHandshake()
  return new DialError({ reason: reasonOf(code), detail: code })
}

/** Makes a `DialError` of an HTTP response that is not the switch of protocols which was asked for. */
export const dialErrorFromStatus = (status: number | undefined): DialError =>
  status === undefined || status === 101 ? invalidHandshake() : refusedWith(status)
