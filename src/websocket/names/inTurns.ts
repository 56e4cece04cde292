import { isIPv6 } from "node:net"

/** Orders addresses so that the families take turns, beginning with that of the first. RFC 8305 section 4. */
export const inTurns = (found: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first] = found
  if (first === undefined) return found
  const firstIs6 = isIPv6(first)
  const turn = new Map<boolean, number>()
  const placed = found.map((address) => {
    const is6 = isIPv6(address)
    const nth = turn.get(is6) ?? 0
    turn.set(is6, nth + 1)
    return { address, at: 2 * nth + (is6 === firstIs6 ? 0 : 1) }
  })
  return placed.toSorted((a, b) => a.at - b.at).map(({ address }) => address)
}
