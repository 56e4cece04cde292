import { ADDRCONFIG, lookup, Resolver } from "node:dns"
import { Result } from "effect"
import { errorCode } from "../../node/errorCode.ts"
import { unknownName } from "../../services/DialError.ts"
import { dialErrorFrom } from "../dialError.ts"
import type { Answer } from "./Name.ts"

/** Ways to look a name up. Each calls back once, later. */
export interface Resolvers {
  /** As every program of this computer does: its hosts file and search domains count. Takes a thread until it is done. */
  readonly system: (hostname: string, done: (answer: Answer) => void) => void
  /** Asks the name servers, and nobody else. Takes no thread, and three seconds at most. */
  readonly direct: (hostname: string, done: (answer: Answer) => void) => void
}

/** Tells what the resolver says of the name from what our own machine lacks: it needs sockets too. */
const failure = (error: unknown): Answer => {
  const code = errorCode(error) ?? ""
  return Result.fail(/^(ENOTFOUND$|EAI_)/.test(code) ? unknownName(code) : dialErrorFrom(error))
}

/** Addresses of a family that this computer has none of are left out, as `node:net` does it. Windows would find none. */
const hints = process.platform === "win32" ? 0 : ADDRCONFIG

/** Looks names up by getaddrinfo, and directly by c-ares: from these name servers, or else from the computer's. */
export const makeResolvers = (nameServers?: ReadonlyArray<string>): Resolvers => {
  let asking = 0
  let resolver: Resolver | undefined
  const makeResolver = () => {
    const made = new Resolver({ timeout: 1000, tries: 2 })
    if (nameServers !== undefined) made.setServers(nameServers)
    return made
  }
  return {
    system: (hostname, done) =>
      lookup(hostname, { all: true, hints }, (error, found) =>
        done(error === null ? Result.succeed(found.map(({ address }) => address)) : failure(error))
      ),
    direct: (hostname, done) => {
      const addresses: Array<string> = []
      let families = 2
      const take = (_error: Error | null, found: ReadonlyArray<string> = []) => {
        addresses.push(...found)
        if (--families > 0) return
        if (--asking === 0) resolver = undefined
        done(addresses.length > 0 ? Result.succeed(addresses) : Result.fail(unknownName("ENOTFOUND")))
      }
      asking++
      // One socket for all. Made anew after a rest, so that it knows the name servers of today.
      resolver ??= makeResolver()
      resolver.resolve6(hostname, take)
      resolver.resolve4(hostname, take)
    }
  }
}
