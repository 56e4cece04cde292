import { Clock, Effect, Option } from "effect"
import { BotHost } from "../services/BotHost.ts"
import { Descriptors } from "../services/Descriptors.ts"
import { shortageOf } from "../services/descriptors/shortage.ts"
import { DialControl } from "../services/dialing/DialControl.ts"
import { GlobalLink } from "../services/GlobalLink.ts"
import { HealthAnswers, refusalOf } from "../services/HealthAnswers.ts"
import { Ledger } from "../services/ledger/Ledger.ts"
import { monotonicMillis } from "../services/monotonic.ts"
import { refusedJoinsOf } from "../services/refusedJoins.ts"
import { Settings } from "../services/Settings.ts"
import { Stats } from "../services/Stats.ts"
import { type Team, TeamRegistry } from "../services/TeamRegistry.ts"
import { AdminSettings } from "./AdminSettings.ts"
import type { FleetView, Trouble } from "./api/FleetView.ts"
import type { Phase, TeamRow } from "./api/TeamView.ts"
import { botView } from "./botView.ts"
import { isReady } from "./isReady.ts"
import { Kept } from "./Kept.ts"
import { stateView } from "./stateView.ts"
import { phaseOf, reasonOf } from "./teamView.ts"

/** Makes a function that looks at the whole fleet, at one instant: this one, or in a large fleet one just before. */
export const makeFleetView = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const stats = yield* Stats
  const global = yield* GlobalLink
  const control = yield* DialControl
  const descriptors = yield* Descriptors
  const answers = yield* HealthAnswers
  const ledger = yield* Ledger
  const bot = yield* Effect.serviceOption(BotHost)
  const { endpoint, maxTeams } = yield* Settings
  const { readyShare, token, version } = yield* AdminSettings
  const clock = yield* Clock.Clock
  const began = clock.currentTimeMillisUnsafe()

  const look = (): FleetView => {
    const at = clock.currentTimeMillisUnsafe()
    const up = global.isUp()
    const counts: Record<Phase, number> = { connected: 0, connecting: 0, denied: 0, retrying: 0, slow: 0, gone: 0 }
    let [wanted, unconfirmed] = [0, 0]
    for (const team of registry.teams()) {
      counts[phaseOf(team)]++
      if (!team.wanted) continue
      wanted++
      if (!team.isConfirmed) unconfirmed++
    }
    const { gone, ...phases } = counts
    const census = { ...phases, wanted }
    const { incidents, messages, props } = stats.totalsUnsafe()
    const { asksWaiting, dials } = control.load()
    const dead = incidents["connection.dead"] ?? 0
    return {
      at,
      began,
      version,
      server: endpoint.origin,
      ready: isReady(up, census, readyShare),
      readyShare,
      global: { up, since: global.since(), reason: global.whyDown() },
      teams: { wanted, departed: gone, unconfirmed, ...phases },
      totals: {
        messages,
        props,
        connects: incidents["connection.opened"] ?? 0,
        drops: (incidents["connection.dropped"] ?? 0) + (incidents["connection.refused"] ?? 0) + dead,
        dead
      },
      dials: { ...dials, asksWaiting },
      shortage: shortageOf(descriptors, census) ?? null,
      refusal: refusalOf(answers) ?? null,
      full: refusedJoinsOf({ incidents }, { wanted }, maxTeams) ?? null,
      state: stateView(ledger.view()),
      bot: Option.match(bot, { onNone: () => null, onSome: botView }),
      operators: token !== undefined
    }
  }
  const kept = new Kept<FleetView>({ most: 1, times: 4 })
  return (): FleetView => kept.get("", () => monotonicMillis(clock), look)
})

/** Rows at most. */
const mostRows = 60
/** Reasons at most, the most frequent ones. */
const mostReasons = 12

/** Lists the wanted teams that have failed and are not connected, the slow lane first, and their reasons. */
export const troubleOf = (roster: ReadonlyArray<Team>, row: (team: Team) => TeamRow): Trouble => {
  const slow: Array<Team> = []
  const retrying: Array<Team> = []
  const reasons = new Map<string, number>()
  for (const team of roster) {
    const phase = phaseOf(team)
    if (phase !== "slow" && phase !== "retrying") continue
    const list = phase === "slow" ? slow : retrying
    if (list.length < mostRows) list.push(team)
    const reason = reasonOf(team.state)
    if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  return {
    reasons: Array.from(reasons, ([reason, teams]) => ({ reason, teams }))
      .sort((a, b) => b.teams - a.teams)
      .slice(0, mostReasons),
    teams: [...slow, ...retrying].slice(0, mostRows).map(row)
  }
}
