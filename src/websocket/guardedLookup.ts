import { lookup as dnsLookup, type LookupAddress } from "node:dns"
import { isIP, type LookupFunction } from "node:net"
import { forbiddenAddress } from "../services/Socket.ts"

type Allows = (address: string) => boolean

/** Asked of the host before it is dialled, because Node asks no resolver about an address. True for a name. */
export const allowsLiteral = (hostname: string, allows: Allows): boolean => isIP(hostname) === 0 || allows(hostname)

const make =
  (allows: Allows): LookupFunction =>
  (hostname, options, callback) =>
    // Always all addresses: a name with one address that may be dialled and one that may not is still usable.
    dnsLookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [])
      const allowed: ReadonlyArray<LookupAddress> = found.filter(({ address }) => allows(address))
      const first = allowed[0]
      if (first === undefined) return callback(forbiddenAddress(), [])
      return options.all === true ? callback(null, [...allowed]) : callback(null, first.address, first.family)
    })

/**
 * Resolvers that know only the addresses that a policy allows, one for each policy: all the dials of a fleet share one,
 * so that a dial makes no closure of its own.
 */
export const makeGuardedLookups = (): ((allows: Allows) => LookupFunction) => {
  const lookups = new WeakMap<Allows, LookupFunction>()
  return (allows) => {
    let lookup = lookups.get(allows)
    if (lookup === undefined) lookups.set(allows, (lookup = make(allows)))
    return lookup
  }
}
