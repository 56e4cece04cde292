import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import { GlobalLink } from "../services/GlobalLink.ts"
import { TeamRegistry } from "../services/TeamRegistry.ts"
import { AdminSettings } from "./AdminSettings.ts"
import { DeckFiles } from "./DeckFiles.ts"
import { isReady } from "./fleetView.ts"

/** What the deck may do: load from here, and talk to here. */
const deckPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The process lives: whatever its fleet does. */
const healthz = HttpRouter.add("GET", "/healthz", HttpServerResponse.text("alive\n"))

/** The fleet does what it is for. Never a reason to restart the process: that would close every connection. */
const readyz = HttpRouter.add(
  "GET",
  "/readyz",
  Effect.gen(function* () {
    const registry = yield* TeamRegistry
    const global = yield* GlobalLink
    const { readyShare } = yield* AdminSettings
    const { connected, wanted } = yield* registry.census
    const up = global.isUp()
    const ready = isReady(up, wanted, connected, readyShare)
    return HttpServerResponse.text(
      `${ready ? "ready" : "not ready"}: Global is ${up ? "up" : "down"}, ${connected} of ${wanted} wanted teams are ` +
        `connected, ${Math.round(readyShare * 100)} % are needed\n`,
      { status: ready ? 200 : 503 }
    )
  })
)

/** The deck, at `/`. */
const deck = HttpRouter.use((router) =>
  Effect.gen(function* () {
    for (const [path, { body, contentType }] of yield* DeckFiles) {
      const response = HttpServerResponse.uint8Array(body, {
        contentType,
        headers: { "content-security-policy": deckPolicy }
      })
      yield* router.add("GET", path, response)
    }
  })
)

/** What is not part of the API: probes, metrics, the deck. */
export const layer = Layer.mergeAll(healthz, readyz, deck, PrometheusMetrics.layerHttp())
