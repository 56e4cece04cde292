import { Result } from "effect"
import { IpNetwork, NetAddress } from "effect/net"

/** Kind of an address that a Global connection on such an address opens for teams. */
export type OwnKind = "loopback" | "private" | "shared"

/** Where an address leads. `shared`: with the carrier's other customers, RFC 6598. */
export type AddressKind = "public" | OwnKind | "link-local" | "metadata" | "documentation" | "reserved"

const networks = (...texts: ReadonlyArray<string>) => texts.map(IpNetwork.fromStringUnsafe)

/** Networks that are not public, by kind. The first that has an address counts. IANA's registries of special-purpose addresses. */
const special: ReadonlyArray<readonly [AddressKind, ReadonlyArray<IpNetwork.IpNetwork>]> = [
  [
    "metadata",
    networks(
      // Those outside of link-local: Azure, Alibaba, Oracle; AWS, Google, Oracle and Scaleway on IPv6.
      "168.63.129.16/32",
      "100.100.100.200/32",
      "192.0.0.192/32",
      "fd00:ec2::/32",
      "fd20:ce::254/128",
      "fd00:c1::a9fe:a9fe/128",
      "fd00:42::42/128"
    )
  ],
  ["loopback", networks("127.0.0.0/8", "::1/128")],
  ["link-local", networks("169.254.0.0/16", "fe80::/10")],
  ["private", networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")],
  ["shared", networks("100.64.0.0/10")],
  ["documentation", networks("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")],
  [
    "reserved",
    networks(
      "0.0.0.0/8",
      // Protocol assignments, the relays of 6to4 that were, benchmarks.
      "192.0.0.0/24",
      "192.88.99.0/24",
      "198.18.0.0/15",
      // Multicast, and all above it.
      "224.0.0.0/3",
      // For protocols, Teredo among them.
      "2001::/23"
    )
  ]
]

/** What is not of it is not for hosts of the internet. RFC 4291 section 2.4. */
const globalUnicast = IpNetwork.fromStringUnsafe("2000::/3")

/** Prefixes of an IPv4 address in the IPv6 address of the same host: mapped (RFC 4291), NAT64 (RFC 6052). */
const ipv4Prefixes = networks("::ffff:0:0/96", "64:ff9b::/96")

/** RFC 3056. */
const sixToFour = IpNetwork.fromStringUnsafe("2002::/16")

const ipv4Of = (high: number, low: number): NetAddress.Ipv4Address =>
  NetAddress.ipv4FromBytesUnsafe(Uint8Array.of(high >>> 8, high, low >>> 8, low))

/** The IPv4 address that packets to an IPv6 address end up at, if there is one. */
const innerIpv4 = (address: NetAddress.Ipv6Address): NetAddress.Ipv4Address | undefined => {
  const segments = NetAddress.ipv6ToSegments(address)
  if (ipv4Prefixes.some(IpNetwork.contains(address))) return ipv4Of(segments[6], segments[7])
  return IpNetwork.contains(sixToFour, address) ? ipv4Of(segments[1], segments[2]) : undefined
}

const kindOf = (address: NetAddress.IpAddress): AddressKind => {
  const inner = NetAddress.isIpv6Address(address) ? innerIpv4(address) : undefined
  if (inner !== undefined) return kindOf(inner)
  for (const [kind, members] of special) if (members.some(IpNetwork.contains(address))) return kind
  return NetAddress.isIpv4Address(address) || IpNetwork.contains(globalUnicast, address) ? "public" : "reserved"
}

/** Kinds of addresses that were asked for: thousands of teams are at a few. */
const known = new Map<string, AddressKind | undefined>()
const mostKnown = 1_000

/** Tells where an address leads; `undefined` for what is no address, as it stands in a look-up's answer. */
export const addressKind = (text: string): AddressKind | undefined => {
  if (known.has(text)) return known.get(text)
  if (known.size === mostKnown) known.clear()
  const parsed = NetAddress.ipFromString(text)
  const kind = Result.isSuccess(parsed) ? kindOf(parsed.success) : undefined
  known.set(text, kind)
  return kind
}

/** Tells where a host of a URL leads without asking a resolver; `undefined` for a name. */
export const hostKind = (hostname: string): AddressKind | undefined =>
  hostname === "localhost" || hostname.endsWith(".localhost") ? "loopback" : addressKind(hostname)

/** True for a kind that a Global connection on such an address opens. */
export const isOwnKind = (kind: AddressKind | undefined): kind is OwnKind =>
  kind === "loopback" || kind === "private" || kind === "shared"
