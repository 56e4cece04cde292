import { hash, timingSafeEqual } from "node:crypto"
import { Effect, Layer, Redacted } from "effect"
import { HttpEffect, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { AdminSettings, type AdminValues } from "./AdminSettings.ts"
import { Operators, Refused } from "./api/Refusal.ts"
import { DeckFiles } from "./DeckFiles.ts"
import { probePaths } from "./probePaths.ts"

/** Hosts by which this computer calls itself. */
const ownNames = new Set(["localhost", "127.0.0.1", "[::1]"])

/** Name in a Host header, without its port. */
const nameOf = (host: string): string => host.toLowerCase().replace(/:\d+$/, "")

/** Digests are of one length, so that a comparison takes the same time whatever is shown. */
const digest = (text: string) => hash("sha256", text, "buffer")

const isToken = ({ token }: AdminValues, shown: string): boolean =>
  token !== undefined && timingSafeEqual(digest(shown), digest(Redacted.value(token)))

const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer (.+)$/i.exec(authorization ?? "")?.[1]

/** Values of `Sec-Fetch-Site` by which browsers tell that another origin's page asks. */
const otherSites = new Set<string | undefined>(["cross-site", "same-site"])

/**
 * Decides whether a request is refused, with what status and why. On loopback the Host must be a name of this computer: a
 * page elsewhere whose name was made to resolve to 127.0.0.1 has another. A page of another origin may ask for the probes,
 * and may lead to the deck; no more. Where other computers can ask, directly or through a proxy, all that tells about the
 * fleet needs the token.
 */
export const refusalOf = (
  settings: AdminValues,
  request: { readonly path: string; readonly headers: Readonly<Record<string, string | undefined>> },
  isPage: (path: string) => boolean
): { readonly status: 401 | 403; readonly message: string } | undefined => {
  const { authorization, host = "", origin } = request.headers
  const name = nameOf(host)
  const proxied = settings.names.includes(name)
  if (settings.loopback && !proxied && !ownNames.has(name) && name !== settings.host.toLowerCase()) {
    return { status: 403, message: "the Host of the request is no name of this computer" }
  }
  if (origin !== undefined && URL.parse(origin)?.host !== host.toLowerCase()) {
    return { status: 403, message: "the request comes from a page of another origin" }
  }
  const leadsToPage = request.headers["sec-fetch-mode"] === "navigate" && isPage(request.path)
  if (otherSites.has(request.headers["sec-fetch-site"]) && !probePaths.has(request.path) && !leadsToPage) {
    return { status: 403, message: "the request comes from a page of another site" }
  }
  if ((settings.loopback && !proxied) || probePaths.has(request.path) || isPage(request.path)) return undefined
  return isToken(settings, bearerOf(authorization) ?? "")
    ? undefined
    : { status: 401, message: "the token is needed: Authorization: Bearer" }
}

const headers = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY"
}

/** Guards every route, and sets the headers that keep answers to themselves. */
export const layer: Layer.Layer<never, never, AdminSettings | DeckFiles | HttpRouter.HttpRouter> =
  HttpRouter.middleware(
    Effect.gen(function* () {
      const settings = yield* AdminSettings
      const files = yield* DeckFiles
      const pages = new Set<string>(files.keys())
      const isPage = (path: string) => pages.has(path)
      return (respond) =>
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          const [path = "/"] = request.url.split("?")
          const refusal = refusalOf(settings, { path, headers: request.headers }, isPage)
          // Errors too become responses, but only behind every middleware.
          yield* HttpEffect.appendPreResponseHandler((_, response) =>
            Effect.succeed(HttpServerResponse.setHeaders(response, { ...headers, ...response.headers }))
          )
          return refusal === undefined
            ? yield* respond
            : HttpServerResponse.jsonUnsafe({ _tag: "Refused", message: refusal.message }, { status: refusal.status })
        })
    }),
    { global: true }
  )

/** Lets operators in by their token; nobody, where no token is set. */
export const operators: Layer.Layer<Operators, never, AdminSettings> = Layer.effect(
  Operators,
  Effect.map(AdminSettings, (settings) => ({
    token: (respond, { credential }) => {
      if (settings.token === undefined) {
        return Effect.fail(new Refused({ message: "there are no operators: start with --admin-token" }))
      }
      return isToken(settings, Redacted.value(credential))
        ? respond
        : Effect.fail(new Refused({ message: "the token is another" }))
    }
  }))
)
