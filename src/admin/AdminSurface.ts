import { Effect, Layer } from "effect"
import { HttpMiddleware, HttpRouter, HttpServer } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { AdminApi } from "./api/AdminApi.ts"
import * as ApiDocs from "./ApiDocs.ts"
import * as ApiHandlers from "./ApiHandlers.ts"
import * as Guard from "./Guard.ts"
import * as Pages from "./pages.ts"

const routes = Layer.mergeAll(
  HttpApiBuilder.layer(AdminApi, { openapiPath: "/openapi.json" }).pipe(
    Layer.provide(ApiHandlers.layer),
    Layer.provide(Guard.operators)
  ),
  ApiDocs.layer,
  Pages.layer,
  Guard.layer
)

/** The admin surface, on the server that is provided: probes, metrics, the API and the deck. */
export const layer = HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
  // Operators' looks are no work of the fleet, and their headers carry a token.
  Layer.provide(Layer.succeed(HttpMiddleware.TracerDisabledWhen, () => true))
)

/** Where the admin surface can be reached: `http://127.0.0.1:9464`. */
export const address: Effect.Effect<string, never, HttpServer.HttpServer> = HttpServer.addressFormattedWith(
  Effect.succeed
)
