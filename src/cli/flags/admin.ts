import { Effect, Redacted } from "effect"
import type { CliError, Command } from "effect/cli"
import type { AdminUnavailable } from "../../admin/AdminServer.ts"
import type { AdminPlan } from "../../main/admin.ts"
import type { BadVariable } from "../../observe/telemetrySettings.ts"
import { secret } from "../../services/settings/texts.ts"
import { version } from "../../services/version.ts"
import { addressText, adminAddress, defaultAddress, hostNames, isLoopback } from "./address.ts"
import { badValue, flagsOf } from "./option.ts"
import { numberBetween } from "./values.ts"

/** Per cent of the wanted teams that must be connected for `/readyz`, where none is given. */
const defaultReadyShare = 90

/** Spec of the flag of every command that has an admin surface, or talks to one. */
export const adminTokenSpec = {
  name: "admin-token",
  metavar: "TOKEN",
  about: "What operators show; unseen if given as BOTSWAIN_ADMIN_TOKEN",
  preset: "no operators",
  read: secret
}

/** Specs of the flags of commands that have an admin surface. */
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
  adminHosts: {
    name: "admin-host",
    metavar: "NAME",
    about: "Name that a reverse proxy of the deck has; repeatable (BOTSWAIN_ADMIN_HOST: a,b)",
    more: "With one, whoever asks needs the token. See [the admin surface](#the-admin-surface).",
    preset: "names of this computer only",
    separator: /,/,
    read: hostNames
  },
  readyShare: {
    name: "ready-share",
    metavar: "PERCENT",
    about: "Wanted teams that must be connected for /readyz to say so",
    preset: String(defaultReadyShare),
    read: numberBetween(0, 100)
  }
}

/** Flags of commands that have an admin surface. */
export const adminFlags = flagsOf(adminSpecs)

/** Values of these flags. */
export type AdminFlags = Command.Command.Config.Infer<typeof adminFlags>

/** Tokens that a header can carry, and that are not guessed soon. */
const tokenPattern = /^[\x21-\x7e]{8,}$/

/** Plans the admin surface by its flags; `undefined` where it is off. Fails with a line that names the flag to change. */
export const adminPlan = ({
  admin,
  adminHosts,
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
    if (adminHosts !== undefined && token === undefined) {
      return yield* badValue(adminHosts.source, "other computers ask by that name, so --admin-token is needed too")
    }
    return {
      host,
      port,
      loopback,
      names: adminHosts?.value ?? [],
      token: token?.value,
      readyShare: (readyShare?.value ?? defaultReadyShare) / 100,
      version,
      source: admin?.source
    }
  })

/** Fails with one line that names a variable of the environment that cannot be used. */
export const badVariable = ({ problem, variable }: BadVariable) => Effect.fail(badValue(variable, problem))

/** Fails with one line that names the flag, or the variable, of an address where the admin surface cannot listen. */
export const adminUnavailable = (plan: AdminPlan | undefined, { message }: AdminUnavailable) =>
  Effect.fail(badValue(plan?.source ?? "--admin", message))
