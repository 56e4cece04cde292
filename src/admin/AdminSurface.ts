import { Effect, Layer } from "effect"
import { HttpMiddleware, HttpRouter, HttpServer } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { AdminApi } from "./api/AdminApi.ts"
import * as ApiDocs from "./ApiDocs.ts"
import * as ApiHandlers from "./ApiHandlers.ts"
import * as DeckRoutes from "./DeckRoutes.ts"
import * as Guard from "./Guard.ts"
import * as MetricsRoute from "./MetricsRoute.ts"
import * as Probes from "./Probes.ts"
import { TokenGate } from "./TokenGate.ts"

const routes = Layer.mergeAll(
  HttpApiBuilder.layer(AdminApi, { openapiPath: "/openapi.json" }).pipe(
    Layer.provide(ApiHandlers.layer),
    Layer.provide(Guard.operators)
  ),
  ApiDocs.layer,
  Probes.layer,
  MetricsRoute.layer,
  DeckRoutes.layer,
  Guard.layer
).pipe(Layer.provide(TokenGate.layer))

/** Serves the admin surface on the HTTP server that is provided: the API, its docs, probes, metrics and the deck. */
export const layer = HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
  // Requests of operators are no work of the fleet, and their headers carry a token.
  Layer.provide(Layer.succeed(HttpMiddleware.TracerDisabledWhen, () => true))
)

/** URL of the admin surface: `http://127.0.0.1:9464`. */
export const address: Effect.Effect<string, never, HttpServer.HttpServer> = HttpServer.addressFormattedWith(
  Effect.succeed
)
