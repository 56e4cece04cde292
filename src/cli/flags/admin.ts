import { Effect, Redacted, Result } from "effect"
import type { CliError, Command } from "effect/cli"
import { NetAddress } from "effect/net"
import type { AdminUnavailable } from "../../admin/AdminServer.ts"
import type { AdminPlan } from "../../main/admin.ts"
import { Version } from "../../main/Version.ts"
import { secret, type Read } from "../../services/settings/texts.ts"
import { badValue, flagsOf } from "./option.ts"
import { numberBetween } from "./values.ts"

/** Address of the admin surface where none is given. */
export const defaultAddress = { host: "127.0.0.1", port: 9464 }
/** Per cent of the wanted teams that must be connected for `/readyz`, where none is given. */
const defaultReadyShare = 90

const hostAndPort = /^(?<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+):(?<port>\d{1,5})$/i

/** Host without brackets, and port. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Writes an address as it is read: an IPv6 host in brackets. */
export const addressText = ({ host, port }: Address): string => `${host.includes(":") ? `[${host}]` : host}:${port}`

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

/** Tells whether only this computer reaches a host. A name other than localhost may resolve to anything. */
export const isLoopback = (host: string): boolean => {
  const parsed = NetAddress.ipFromString(host)
  return Result.isSuccess(parsed) ? NetAddress.isLoopback(parsed.success) : host === "localhost"
}

/** Flag of every command that has an admin surface, or talks to one. */
export const adminTokenSpec = {
  name: "admin-token",
  metavar: "TOKEN",
  about: "What operators show; unseen if given as BOTSWAIN_ADMIN_TOKEN",
  preset: "no operators",
  read: secret
}

/** Flags of commands that have an admin surface. */
export const adminSpecs = {
  admin: {
    name: "admin",
    metavar: "ADDRESS",
    about: "Where the deck, metrics and probes are served; off for nowhere",
    more: "See [the deck](#the-deck).",
    preset: addressText(defaultAddress),
    read: adminAddress
  },
  adminToken: adminTokenSpec,
  readyShare: {
    name: "ready-share",
    metavar: "PERCENT",
    about: "Wanted teams that must be connected for /readyz to say so",
    preset: String(defaultReadyShare),
    read: numberBetween(0, 100)
  }
}

export const adminFlags = flagsOf(adminSpecs)

/** Values of these flags. */
export type AdminFlags = Command.Command.Config.Infer<typeof adminFlags>

/** Tokens that a header can carry, and that are not guessed soon. */
const tokenPattern = /^[\x21-\x7e]{8,}$/

/** Plans the admin surface by its flags; `undefined` where it is off. Fails with a line that names the flag to change. */
export const adminPlan = ({
  admin,
  adminToken: token,
  readyShare
}: AdminFlags): Effect.Effect<AdminPlan | undefined, CliError.ValidationError> =>
  Effect.gen(function* () {
    if (admin?.value === "off") return undefined
    const { host, port } = admin?.value ?? defaultAddress
    if (token !== undefined && !tokenPattern.test(Redacted.value(token.value))) {
      return yield* badValue(token.source, "needs eight or more printable ASCII characters, without spaces")
    }
    const loopback = isLoopback(host)
    if (!loopback && token === undefined) {
      return yield* badValue(
        admin?.source ?? "--admin",
        "other computers may reach that address, so --admin-token is needed too"
      )
    }
    return {
      host,
      port,
      loopback,
      token: token?.value,
      readyShare: (readyShare?.value ?? defaultReadyShare) / 100,
      version: yield* Version,
      source: admin?.source
    }
  })

/** Fails with one line that names the flag, or the variable, of an address where the admin surface cannot listen. */
export const adminUnavailable = (plan: AdminPlan | undefined, { message }: AdminUnavailable) =>
  Effect.fail(badValue(plan?.source ?? "--admin", message))
