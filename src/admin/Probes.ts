import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { GlobalLink } from "../services/GlobalLink.ts"
import { TeamRegistry } from "../services/TeamRegistry.ts"
import { AdminSettings } from "./AdminSettings.ts"
import { isReady } from "./fleetView.ts"

/** Answers 200 as long as the process lives, whatever its fleet does. */
const healthz = HttpRouter.add("GET", "/healthz", HttpServerResponse.text("alive\n"))

/** Answers 200 while the fleet is ready, else 503: never a reason to restart the process, which closes every connection. */
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

/** Routes of the probes. */
export const layer = Layer.merge(healthz, readyz)
