import { Redacted, Result } from "effect"
import { Endpoint } from "../../wire/Endpoint.ts"
import type { About, Setting } from "./Setting.ts"
import * as Texts from "./texts.ts"

/** Headers by name. Values may be secrets. */
export type Headers = Readonly<Record<string, Redacted.Redacted>>

/** Characters of a header's name: RFC 9110 section 5.6.2, `token`. */
const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i
/** Characters of a header's value: RFC 9110 section 5.5, without obs-text. */
const headerValue = /^[\t\x20-\x7e]*$/

/** The setting of a URL: it has no default. */
export interface UrlSetting extends Setting<string | Redacted.Redacted, Endpoint> {
  readonly required: true
}

/** The URL of a WebSocket. A secret: it may carry a token. */
export const url = (entry: About): UrlSetting => ({
  ...entry,
  required: true,
  metavar: "URL",
  read: Texts.secret,
  check: (given = "") =>
    Result.mapError(
      Endpoint.parse(typeof given === "string" ? given : Redacted.value(given)),
      ({ reason }) => `needs a ws, wss, http or https URL: ${reason}`
    )
})

/** A bearer token. */
export const token = (entry: About): Setting<Redacted.Redacted, Redacted.Redacted | undefined> => ({
  ...entry,
  metavar: "TOKEN",
  secret: true,
  read: Texts.secret,
  check: (given) => {
    const text = given && Redacted.value(given)
    return text === "" || (text !== undefined && !headerValue.test(text))
      ? Result.fail("needs printable ASCII, and not nothing")
      : Result.succeed(given)
  }
})

const header: Texts.Read<readonly [name: string, value: Redacted.Redacted]> = (text) => {
  const colon = text.indexOf(":")
  return colon < 1
    ? Result.fail(`needs a header such as "X-Fleet: blue"`)
    : Result.succeed([text.slice(0, colon).trim(), Redacted.make(text.slice(colon + 1).trim(), { label: "header" })])
}

/** Headers of a handshake. `one`: the name of one of them. */
export const headers = ({ one, ...entry }: About & { readonly one: string }): Setting<Headers, Headers> => ({
  ...entry,
  metavar: `"NAME: VALUE"`,
  parts: { one, separator: /\n+/, example: "one a line" },
  read: (...texts) => Result.map(Result.all(texts.map((text) => header(text))), Object.fromEntries),
  check: (input) => {
    const given = input ?? {}
    for (const [name, value] of Object.entries(given)) {
      if (!headerName.test(name))
        return Result.fail("a header's name may have letters, digits and !#$%&'*+.^_`|~- only")
      if (!headerValue.test(Redacted.value(value))) {
        return Result.fail(`the value of ${name} may have printable ASCII only`)
      }
    }
    return Result.succeed({ ...given })
  }
})

export const hasAuthorization = (given: Headers): boolean =>
  Object.keys(given).some((name) => name.toLowerCase() === "authorization")

/** Adds a token's Authorization to headers. Fails where they have one of their own: one of the two would be lost. */
export const authorized = (given: Headers, bearer: Redacted.Redacted | undefined): Result.Result<Headers, string> => {
  if (bearer === undefined) return Result.succeed(given)
  if (hasAuthorization(given)) {
    return Result.fail("has an Authorization, which is the token's")
  }
  const value = Redacted.make(`Bearer ${Redacted.value(bearer)}`, { label: "authorization" })
  return Result.succeed({ ...given, Authorization: value })
}
