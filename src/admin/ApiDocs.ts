import { Effect, Layer, Scope } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiSwagger } from "effect/http-api"
import { AdminApi } from "./api/AdminApi.ts"

const path = "/docs"

/**
 * The API's description as a page to try it on. Made when somebody first asks for it: its script is 2 MB, which every
 * process would hold.
 */
export const layer: Layer.Layer<never, never, HttpRouter.HttpRouter> = HttpRouter.use((router) =>
  Effect.gen(function* () {
    const page = yield* HttpRouter.toHttpEffect(HttpApiSwagger.layer(AdminApi, { path })).pipe(
      Effect.provideService(Scope.Scope, yield* Effect.scope),
      // Or a first reader who goes away would take the page with them.
      Effect.uninterruptible,
      Effect.cached
    )
    // What it could fail with is a path that it does not have.
    yield* router.add("GET", path, Effect.orDie(Effect.flatten(page)))
  })
)
