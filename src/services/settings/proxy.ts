import { Redacted, Result } from "effect"
import { Endpoint } from "../../wire/Endpoint.ts"
import type { Proxies } from "../Proxies.ts"
import type { About, Setting } from "./Setting.ts"
import * as Texts from "./texts.ts"

type Text = string | Redacted.Redacted

/** Proxies as they are given: one for all, or as the variables of the environment name them. */
export interface ProxyInput {
  /** For all connections, those to this computer too. Wins over the two below. */
  readonly all?: Text | undefined
  /** For ws URLs: `HTTP_PROXY`. Hosts of this computer are dialled without. */
  readonly ws?: Text | undefined
  /** For wss URLs: `HTTPS_PROXY`. */
  readonly wss?: Text | undefined
  /** Hosts that are dialled without, with commas between: `NO_PROXY`. */
  readonly except?: string | undefined
}

const textOf = (text: Text): string => (Redacted.isRedacted(text) ? Redacted.value(text) : text).trim()

/** Reads the URL of a proxy: http where it has no scheme. */
export const parseProxy = (given: Text | undefined): Result.Result<Endpoint | undefined, string> => {
  const text = given === undefined ? "" : textOf(given)
  if (text === "") return Result.succeed(undefined)
  const url = text.includes("://") ? text : `http://${text}`
  return /^https?:/i.test(url)
    ? Result.mapError(Endpoint.parse(url), ({ reason }) => `needs the http or https URL of a proxy: ${reason}`)
    : Result.fail("needs the http or https URL of a proxy")
}

/** The setting of the proxies. Secret: their URLs may have a name and a password. */
export const proxies = (entry: About): Setting<Text | ProxyInput, Proxies | undefined> => ({
  ...entry,
  metavar: "URL",
  preset: "none",
  secret: true,
  read: Texts.secret,
  check: (given) =>
    Result.gen(function* () {
      if (given === undefined) return undefined
      const input: ProxyInput = typeof given === "string" || Redacted.isRedacted(given) ? { all: given } : given
      const all = yield* parseProxy(input.all)
      const except = (input.except ?? "").split(/[\s,]+/).filter((pattern) => pattern !== "")
      if (all !== undefined) return { ws: all, wss: all, except, loopback: true }
      const ws = yield* parseProxy(input.ws)
      const wss = yield* parseProxy(input.wss)
      return ws === undefined && wss === undefined ? undefined : { ws, wss, except, loopback: false }
    })
})
