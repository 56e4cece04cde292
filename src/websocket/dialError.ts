import { networkInterfaces } from "node:os"
import { errorCode } from "../node/errorCode.ts"
import { DialError, HandshakeFault, invalidHandshake, refusedWith } from "../services/DialError.ts"
import { retryAfterOf } from "./retryAfter.ts"

/** An errno of the operating system or the resolver, not Node's own `ERR_…`. EPROTO is what TLS says to plain text. */
const errno = /^E(?!RR_|PROTO$)[A-Z0-9_]+$/

/** What our own machine lacks: descriptors of the process or the system, local ports, buffers, memory. */
const localErrno = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"])

const hasIpv6 = (): boolean =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === "IPv6"))

const isForIpv6 = (error: unknown): boolean =>
  error instanceof Error && "address" in error && String(error.address).includes(":")

const reasonOf = (code: string, error: unknown, knowsIpv6: () => boolean): DialError["reason"] => {
  // A machine without IPv6 that is to dial such an address says the same as one that has no port left.
  if (code === "EADDRNOTAVAIL" && isForIpv6(error) && !knowsIpv6()) return "unreachable"
  if (localErrno.has(code)) return "local"
  return errno.test(code) ? "unreachable" : "protocol"
}

/**
 * Makes a `DialError` of what ended a dial, without its message: those of `ws`, `http` and `tls` can quote URLs.
 * `knowsIpv6`: whether this machine has an address of IPv6.
 */
export const dialErrorFrom = (error: unknown, knowsIpv6 = hasIpv6): DialError => {
  if (error instanceof DialError) return error
  // Of several addresses one that somebody else has refused tells more.
  if (error instanceof AggregateError && error.errors.length > 0) {
    const errors = error.errors.map((each) => dialErrorFrom(each, knowsIpv6))
    return errors.find(({ reason }) => reason !== "local") ?? errors[0]!
  }
  const code = errorCode(error)
  return code === undefined
    ? invalidHandshake(HandshakeFault.other)
    : new DialError({ reason: reasonOf(code, error, knowsIpv6), detail: code })
}

/** Fields of a response that a refused dial needs. */
export interface RefusalFields {
  readonly "retry-after"?: string | undefined
  readonly date?: string | undefined
}

/** Makes a `DialError` of an HTTP response that is not the switch of protocols which was asked for. */
export const dialErrorFromStatus = (status: number | undefined, fields: RefusalFields = {}): DialError => {
  if (status === undefined || status === 101) return invalidHandshake(HandshakeFault.upgrade)
  const isBusy = status === 429 || status === 503
  return refusedWith(status, isBusy ? retryAfterOf(fields["retry-after"], fields.date) : undefined)
}
