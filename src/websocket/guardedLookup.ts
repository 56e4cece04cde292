import { lookup as dnsLookup, type LookupAddress } from "node:dns"
import { isIP, type LookupFunction } from "node:net"
import { forbiddenAddress } from "../services/Socket.ts"

type AllowsAddress = (address: string) => boolean

/** True for a name, or for an address that may be dialled. To be checked before a dial: Node looks no address up. */
export const allowsLiteral = (hostname: string, allows: AllowsAddress): boolean =>
  isIP(hostname) === 0 || allows(hostname)

const makeLookup =
  (allows: AllowsAddress): LookupFunction =>
  (hostname, options, callback) =>
    // Always all addresses: a name may have some that may be dialled and some that may not.
    dnsLookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [])
      const allowed: ReadonlyArray<LookupAddress> = found.filter(({ address }) => allows(address))
      const first = allowed[0]
      if (first === undefined) return callback(forbiddenAddress(), [])
      return options.all === true ? callback(null, [...allowed]) : callback(null, first.address, first.family)
    })

/**
 * Makes lookups that find only the addresses which a policy allows: one for each policy, so that all the dials of a
 * fleet share one, and none has a closure of its own.
 */
export const makeGuardedLookups = (): ((allows: AllowsAddress) => LookupFunction) => {
  const lookups = new WeakMap<AllowsAddress, LookupFunction>()
  return (allows) => {
    let lookup = lookups.get(allows)
    if (lookup === undefined) lookups.set(allows, (lookup = makeLookup(allows)))
    return lookup
  }
}
