import { Result } from "effect"
import { NetAddress } from "effect/net"
import type { Read } from "../../services/settings/texts.ts"

/** Host without brackets, and port. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Address of the admin surface where none is given. */
export const defaultAddress = { host: "127.0.0.1", port: 9464 }

/** Writes an address as it is read: an IPv6 host in brackets. */
export const addressText = ({ host, port }: Address): string => `${host.includes(":") ? `[${host}]` : host}:${port}`

const hostAndPort = /^(?<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+):(?<port>\d{1,5})$/i

/** Reads the address of a botswain that is to be asked. */
export const clientAddress: Read<Address> = (value) => {
  const { host, port } = hostAndPort.exec(value.trim().toLowerCase())?.groups ?? {}
  return host !== undefined && Number(port) <= 65_535
    ? Result.succeed({ host: host.replaceAll(/[[\]]/g, ""), port: Number(port) })
    : Result.fail("needs an address such as 127.0.0.1:9464")
}

/** Reads the address at which a deck is to be served; `off` for nowhere. */
export const adminAddress: Read<Address | "off"> = (value) =>
  value.trim().toLowerCase() === "off"
    ? Result.succeed("off")
    : Result.mapError(clientAddress(value), (problem) => `${problem}, or off`)

const hostName = /^[a-z0-9._-]+$/i

/** Reads names by which a proxy is asked, without ports. */
export const hostNames: Read<ReadonlyArray<string>> = (...texts) => {
  const names = texts.map((text) => text.trim().toLowerCase())
  return names.every((name) => hostName.test(name))
    ? Result.succeed(names)
    : Result.fail("needs names such as fleet.example, without ports")
}

/** Tells whether only this computer reaches a host. A name other than localhost may resolve to anything. */
export const isLoopback = (host: string): boolean => {
  const parsed = NetAddress.ipFromString(host)
  return Result.isSuccess(parsed) ? NetAddress.isLoopback(parsed.success) : host === "localhost"
}
