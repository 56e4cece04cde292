import { Result } from "effect"
import { NetAddress } from "effect/net"

/** Groups of an IPv6 address that name a network: whoever has one address of it has them all. */
const networkGroups = 4

/**
 * Names who asks, for limits of each: by its IPv4 address, also where that came as `::ffff:192.0.2.1`, or by the network of
 * 64 bits that its IPv6 address is in.
 */
export const clientOf = (remoteAddress: string | undefined): string => {
  const [address = ""] = (remoteAddress ?? "").split("%")
  const text = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "")
  const parsed = NetAddress.ipFromString(text)
  if (Result.isFailure(parsed)) return "unknown"
  if (NetAddress.isIpv4Address(parsed.success)) return text
  const groups = NetAddress.ipv6ToSegments(parsed.success).slice(0, networkGroups)
  return `${groups.map((group) => group.toString(16)).join(":")}::/64`
}
