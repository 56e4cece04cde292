import { Clock, Effect, Layer, Option } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { BotHost, botState } from "../services/BotHost.ts"
import { Descriptors } from "../services/Descriptors.ts"
import { shortageOf } from "../services/descriptors/shortage.ts"
import { GlobalLink } from "../services/GlobalLink.ts"
import { HealthAnswers, refusalOf } from "../services/HealthAnswers.ts"
import { Ledger, ledgerTrouble } from "../services/ledger/Ledger.ts"
import { monotonicMillis } from "../services/monotonic.ts"
import { refusedJoinsOf } from "../services/refusedJoins.ts"
import { Settings } from "../services/Settings.ts"
import { Stats } from "../services/Stats.ts"
import { type Census, censusOf, TeamRegistry } from "../services/TeamRegistry.ts"
import { AdminSettings } from "./AdminSettings.ts"
import { isReady } from "./isReady.ts"
import { Kept } from "./Kept.ts"

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
  const text =
    `${ready ? "ready" : "not ready"}: Global is ${globalUp ? "up" : "down"}, ${connected} of ${wanted} wanted teams are ` +
    `connected, ${Math.round(share * 100)} % are needed` +
    `${denied === 0 ? "" : `; ${denied} that the platform denies are left aside`}\n`
  return { ready, text: text + troubles.map((trouble) => `${trouble}\n`).join("") }
}

/** Answers 200 while the fleet is ready, else 503: never a reason to restart the process, which closes every connection. */
const readyz = HttpRouter.use((router) =>
  Effect.gen(function* () {
    const registry = yield* TeamRegistry
    const global = yield* GlobalLink
    const descriptors = yield* Descriptors
    const answers = yield* HealthAnswers
    const stats = yield* Stats
    const { maxTeams } = yield* Settings
    const ledger = yield* Ledger
    const { readyShare } = yield* AdminSettings
    const clock = yield* Clock.Clock
    const bot = yield* Effect.serviceOption(BotHost)
    const troublesOf = (census: Census) =>
      [
        shortageOf(descriptors, census),
        refusalOf(answers),
        refusedJoinsOf(stats.totalsUnsafe(), census, maxTeams),
        ledgerTrouble(ledger.view()),
        Option.isSome(bot) ? botState(bot.value.look()) : undefined
      ].filter((trouble) => trouble !== undefined)
    const kept = new Kept<Census>({ most: 1, times: 4 })
    const answer = Effect.sync(() => {
      const census = kept.get(
        "",
        () => monotonicMillis(clock),
        () => censusOf(registry.roster())
      )
      const { ready, text } = readiness(global.isUp(), census, readyShare, troublesOf(census))
      return HttpServerResponse.text(text, { status: ready ? 200 : 503 })
    })
    yield* router.add("GET", "/readyz", answer)
  })
)

/** Routes of the probes. */
export const layer = Layer.merge(healthz, readyz)
