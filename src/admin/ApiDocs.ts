import { Effect, Layer, Scope } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiSwagger } from "effect/http-api"
import { AdminApi } from "./api/AdminApi.ts"

const path = "/docs"

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
    // It fails only for a path that is not its own.
    yield* router.add("GET", path, Effect.orDie(Effect.flatten(page)))
  })
)
