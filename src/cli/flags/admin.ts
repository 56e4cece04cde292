import { Effect, Redacted, Result } from "effect"
import { CliError, type Command } from "effect/cli"
import { NetAddress } from "effect/net"
import type { AdminUnavailable } from "../../admin/AdminServer.ts"
import type { AdminPlan } from "../../main/admin.ts"
import { Version } from "../../main/Version.ts"
import { secret, type Read } from "../../services/settings/texts.ts"
import { flagsOf } from "./option.ts"
import { numberBetween } from "./values.ts"

/** Where the admin surface is, unless it is told. */
export const usualAddress = { host: "127.0.0.1", port: 9464 }
/** Per cent of the wanted teams that must be connected for `/readyz`, unless it is told. */
const usualShare = 90

const hostAndPort = /^(?<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+):(?<port>\d{1,5})$/i

/** A host without brackets, and a port. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Where a botswain that serves its deck can be asked. */
export const clientAddress: Read<Address> = (value) => {
  const { host, port } = hostAndPort.exec(value.trim().toLowerCase())?.groups ?? {}
  return host !== undefined && Number(port) <= 65_535
    ? Result.succeed({ host: host.replaceAll(/[[\]]/g, ""), port: Number(port) })
    : Result.fail("needs an address such as 127.0.0.1:9464")
}

/** Where a deck is to be served, or that it is not. */
export const adminAddress: Read<Address | "off"> = (value) =>
  value.trim().toLowerCase() === "off"
    ? Result.succeed("off")
    : Result.mapError(clientAddress(value), (problem) => `${problem}, or off`)

/** True for an address that only this computer reaches. A name other than localhost may resolve to anything. */
export const isLoopback = (host: string): boolean => {
  const parsed = NetAddress.ipFromString(host)
  return Result.isSuccess(parsed) ? NetAddress.isLoopback(parsed.success) : host === "localhost"
}

/** What the flag is that every command has which is, or talks to, an admin surface. */
export const adminTokenSpec = {
  name: "admin-token",
  metavar: "TOKEN",
  about: "What operators show; unseen if given as BOTSWAIN_ADMIN_TOKEN",
  preset: "no operators",
  read: secret
}

/** What the flags are of commands that have an admin surface. */
export const adminSpecs = {
  admin: {
    name: "admin",
    metavar: "ADDRESS",
    about: "Where the deck, metrics and probes are served; off for nowhere",
    more: "See [the deck](#the-deck).",
    preset: "127.0.0.1:9464",
    read: adminAddress
  },
  adminToken: adminTokenSpec,
  readyShare: {
    name: "ready-share",
    metavar: "PERCENT",
    about: "Wanted teams that must be connected for /readyz to say so",
    preset: String(usualShare),
    read: numberBetween(0, 100)
  }
}

export const adminFlags = flagsOf(adminSpecs)

/** What was given for them. */
export type AdminFlags = Command.Command.Config.Infer<typeof adminFlags>

/** The characters that a token may have: those that a header may carry. */
const tokenPattern = /^[\x21-\x7e]{8,}$/

/** The admin surface from its flags; `undefined` where it is off. Fails with one line that names the flag to change. */
export const adminPlan = ({
  admin,
  adminToken: token,
  readyShare
}: AdminFlags): Effect.Effect<AdminPlan | undefined, CliError.ValidationError> =>
  Effect.gen(function* () {
    const wrong = (message: string) => new CliError.ValidationError({ message })
    if (admin?.value === "off") return undefined
    const { host, port } = admin?.value ?? usualAddress
    if (token !== undefined && !tokenPattern.test(Redacted.value(token.value))) {
      return yield* wrong(`${token.source}: needs eight or more printable ASCII characters, without spaces`)
    }
    const loopback = isLoopback(host)
    if (!loopback && token === undefined) {
      return yield* wrong(
        `${admin?.source ?? "--admin"}: other computers may reach that address, so --admin-token is needed too`
      )
    }
    return {
      host,
      port,
      loopback,
      token: token?.value,
      readyShare: (readyShare?.value ?? usualShare) / 100,
      version: yield* Version,
      source: admin?.source
    }
  })

/** Fails with one line that names the flag, or the variable, of an address where no admin surface can listen. */
export const adminUnavailable = (plan: AdminPlan | undefined, { message }: AdminUnavailable) =>
  Effect.fail(new CliError.ValidationError({ message: `${plan?.source ?? "--admin"}: ${message}` }))
