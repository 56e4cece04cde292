import { Effect, Layer, Option } from "effect"
import { HttpEffect, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { AdminSettings, type AdminValues } from "./AdminSettings.ts"
import { Operators, Refused, SlowedDown } from "./api/Refusal.ts"
import { clientOf } from "./clientOf.ts"
import { DeckFiles } from "./DeckFiles.ts"
import { probePaths } from "./probePaths.ts"
import { isSignature } from "./signature.ts"
import { type Judgement, type Shown, TokenGate } from "./TokenGate.ts"

/** Hosts by which this computer calls itself. */
const ownNames = new Set(["localhost", "127.0.0.1", "[::1]"])

/** Name in a Host header, without its port. */
const nameOf = (host: string): string => host.toLowerCase().replace(/:\d+$/, "")

/** Values of `Sec-Fetch-Site` by which browsers tell that another origin's page asks. */
const otherSites = new Set<string | undefined>(["cross-site", "same-site"])

/** Verdict on a request, before what it shows is looked at: it is let in, it needs the token, or it is refused. */
export type Verdict = "open" | "token" | { readonly refused: string }

/**
 * Judges a request by where it comes from. On loopback the Host must be a name of this computer: a page elsewhere whose name
 * was made to resolve to 127.0.0.1 has another. A page of another origin may ask for the probes, and may lead to the deck; no
 * more. Where other computers can ask, directly or through a proxy, all that tells about the fleet needs the token.
 */
export const verdictOf = (
  settings: AdminValues,
  request: { readonly path: string; readonly headers: Readonly<Record<string, string | undefined>> },
  isPage: (path: string) => boolean
): Verdict => {
  const { host = "", origin } = request.headers
  const name = nameOf(host)
  const isNamed = settings.names.includes(name) || ownNames.has(name) || name === settings.host.toLowerCase()
  if (settings.loopback && !isNamed) {
    return { refused: "the Host of the request is no name of this computer" }
  }
  if (origin !== undefined && URL.parse(origin)?.host !== host.toLowerCase()) {
    return { refused: "the request comes from a page of another origin" }
  }
  const leadsToPage = request.headers["sec-fetch-mode"] === "navigate" && isPage(request.path)
  if (otherSites.has(request.headers["sec-fetch-site"]) && !probePaths.has(request.path) && !leadsToPage) {
    return { refused: "the request comes from a page of another site" }
  }
  // Behind a proxy the Host does not tell whether this computer asks: it may be what a client far away claims.
  const isOwn = settings.loopback && settings.names.length === 0
  return isOwn || probePaths.has(request.path) || isPage(request.path) ? "open" : "token"
}

const shownBy = ({ headers, method, remoteAddress, url }: HttpServerRequest.HttpServerRequest): Shown => ({
  authorization: headers["authorization"],
  client: clientOf(Option.getOrUndefined(remoteAddress)),
  method,
  url
})

const refusal = (status: number, message: string, more: Readonly<Record<string, string>> = {}) =>
  HttpServerResponse.jsonUnsafe({ _tag: "Refused", message }, { status, headers: more })

/** Answers to a request whose token is not right. */
const unlet: Readonly<Record<Exclude<Judgement, "right">, HttpServerResponse.HttpServerResponse>> = {
  none: refusal(401, "the token is needed: Authorization: Bearer"),
  wrong: refusal(401, "the token is another"),
  late: refusal(401, "the signature is of another minute", { "www-authenticate": `Botswain error="late"` }),
  slowed: refusal(429, "too many wrong tokens have come from there", { "retry-after": "5" })
}

const headers = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY"
}

/** Guards every route, and sets the headers that keep answers to themselves. */
export const layer: Layer.Layer<never, never, AdminSettings | DeckFiles | HttpRouter.HttpRouter | TokenGate> =
  HttpRouter.middleware(
    Effect.gen(function* () {
      const settings = yield* AdminSettings
      const files = yield* DeckFiles
      const gate = yield* TokenGate
      const pages = new Set<string>(files.keys())
      const isPage = (path: string) => pages.has(path)
      return (respond) =>
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          const [path = "/"] = request.url.split("?")
          // Errors too become responses, but only behind every middleware.
          yield* HttpEffect.appendPreResponseHandler((_, response) =>
            Effect.succeed(HttpServerResponse.setHeaders(response, { ...headers, ...response.headers }))
          )
          const verdict = verdictOf(settings, { path, headers: request.headers }, isPage)
          if (verdict === "open") return yield* respond
          if (verdict !== "token") return refusal(403, verdict.refused)
          const judgement = yield* gate.judge(shownBy(request))
          return judgement === "right" ? yield* respond : unlet[judgement]
        })
    }),
    { global: true }
  )

/** Lets operators in by their token, which they show themselves; nobody, where no token is set. */
export const operators: Layer.Layer<Operators, never, AdminSettings | TokenGate> = Layer.effect(
  Operators,
  Effect.gen(function* () {
    const { token } = yield* AdminSettings
    const gate = yield* TokenGate
    return {
      token: (respond) =>
        Effect.gen(function* () {
          if (token === undefined) {
            return yield* new Refused({ message: "there are no operators: start with --admin-token" })
          }
          const shown = shownBy(yield* HttpServerRequest.HttpServerRequest)
          // A signature is for questions: no process in between can make a verb of it.
          const judgement = isSignature(shown.authorization ?? "") ? "none" : yield* gate.judge(shown)
          if (judgement === "right") return yield* respond
          return yield* judgement === "slowed"
            ? new SlowedDown({ message: "too many wrong tokens have come from there" })
            : new Refused({ message: judgement === "none" ? "the token is needed" : "the token is another" })
        })
    }
  })
)
