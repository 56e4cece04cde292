import { hash } from "node:crypto"
import { Effect, Layer, Scope } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { HttpApiSwagger } from "effect/http-api"
import { AdminApi } from "./api/AdminApi.ts"

const path = "/docs"

/** Content security policy of the page: it runs the script that is in it, and talks to here. */
const policyOf = (script: string): string =>
  `default-src 'none'; script-src 'sha256-${hash("sha256", script, "base64")}'; style-src 'unsafe-inline'; ` +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Finds the script in the response that holds the page. */
const scriptOf = ({ body }: HttpServerResponse.HttpServerResponse): string => {
  const html = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
  return /<script>([^]*?)<\/script>/.exec(html)?.[1] ?? ""
}

/**
 * Serves the API's description as a page to try it on. The page is made at the first request: its script is 2 MB, which
 * every process would hold.
 */
export const layer: Layer.Layer<never, never, HttpRouter.HttpRouter> = HttpRouter.use((router) =>
  Effect.gen(function* () {
    const page = yield* HttpRouter.toHttpEffect(HttpApiSwagger.layer(AdminApi, { path })).pipe(
      Effect.provideService(Scope.Scope, yield* Effect.scope),
      // Else a first reader who goes away would interrupt the page for all.
      Effect.uninterruptible,
      Effect.cached
    )
    let policy: string | undefined
    const guarded = Effect.map(Effect.flatten(page), (response) => {
      policy ??= policyOf(scriptOf(response))
      return HttpServerResponse.setHeader(response, "content-security-policy", policy)
    })
    // It fails only for a path that is not its own.
    yield* router.add("GET", path, Effect.orDie(guarded))
  })
)
