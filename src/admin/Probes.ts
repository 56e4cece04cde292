import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { botState } from "../services/BotHost.ts"
import { ledgerState } from "../services/ledger/Ledger.ts"
import type { Census } from "../services/TeamRegistry.ts"
import type { FleetView } from "./api/FleetView.ts"
import { troublesOf } from "./api/troublesOf.ts"
import { makeFleetView } from "./fleetView.ts"
import { isReady } from "./isReady.ts"

/** Answers 200 as long as the process lives, whatever its fleet does. */
const healthz = HttpRouter.add("GET", "/healthz", HttpServerResponse.text("alive\n"))

/** Says whether the fleet is ready, and why: one line, and one for each trouble that people should know of besides. */
export const readiness = (
  globalUp: boolean,
  census: Pick<Census, "wanted" | "connected" | "denied">,
  share: number,
  troubles: ReadonlyArray<string>
) => {
  const { connected, denied, wanted } = census
  const ready = isReady(globalUp, census, share)
  const aside = connected === 0 ? `the platform denies ${denied}` : `${denied} that the platform denies are left aside`
  const text =
    `${ready ? "ready" : "not ready"}: Global is ${globalUp ? "up" : "down"}, ${connected} of ${wanted} wanted teams are ` +
    `connected, ${Math.round(share * 100)} % are needed` +
    `${denied === 0 ? "" : `; ${aside}`}\n`
  return { ready, text: text + troubles.map((trouble) => `${trouble}\n`).join("") }
}

/**
 * Lists the troubles that whoever asks may read: that a bot is not up, and the state not written, but not what either has said
 * of it.
 */
export const openTroublesOf = (
  fleet: Pick<FleetView, "shortage" | "refusal" | "full" | "state" | "bot">
): ReadonlyArray<string> =>
  troublesOf({
    ...fleet,
    state: fleet.state && { trouble: ledgerState(fleet.state) ?? null },
    bot: fleet.bot && { trouble: botState(fleet.bot) ?? null }
  })

/** Answers 200 while the fleet is ready, else 503: never a reason to restart the process, which closes every connection. */
const readyz = HttpRouter.use((router) =>
  Effect.gen(function* () {
    const fleetView = yield* makeFleetView
    const answer = Effect.sync(() => {
      const fleet = fleetView()
      const { ready, text } = readiness(fleet.global.up, fleet.teams, fleet.readyShare, openTroublesOf(fleet))
      return HttpServerResponse.text(text, { status: ready ? 200 : 503 })
    })
    yield* router.add("GET", "/readyz", answer)
  })
)

/** Routes of the probes. */
export const layer = Layer.merge(healthz, readyz)
