import { Effect } from "effect"
import { DialControl } from "../../services/dialing/DialControl.ts"
import { GlobalLink } from "../../services/GlobalLink.ts"
import { isConnected, isDenied, type Team, TeamRegistry } from "../../services/TeamRegistry.ts"
import { stateTags } from "../../services/TeamState.ts"
import { gauge, readGauge } from "./metric.ts"

const globalUp = gauge("botswain_global_up", "1 while the Global connection is up")
const teams = gauge("botswain_teams", "Teams by the state of their connection")
const teamsWanted = gauge("botswain_teams_wanted", "Teams that have joined and not left")
const teamsConnected = gauge("botswain_teams_connected", "Wanted teams whose WebSocket is open at this instant")
const teamsUnconfirmed = gauge("botswain_teams_unconfirmed", "Wanted teams that the platform has yet to name again")
const teamsDenied = gauge(
  "botswain_teams_denied",
  "Unconfirmed teams that are not connected, since the platform answers their asks with errors"
)
const dialsInFlight = gauge("botswain_dials_in_flight", "Handshakes that are under way")
const dialsWaiting = gauge("botswain_dials_waiting", "Handshakes that wait for their turn")
const asksWaiting = gauge("botswain_asks_waiting", "Asks for a URL that wait for their turn")

/** Metrics of how the fleet is at this instant: Global, the teams, and the dials that are under way. */
export const connectionMetrics = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const global = yield* GlobalLink
  const control = yield* DialControl
  const count = (matches: (team: Team) => boolean) =>
    registry.roster().reduce((sum, team) => (matches(team) ? sum + 1 : sum), 0)

  yield* readGauge(globalUp, () => (global.isUp() ? 1 : 0))
  yield* readGauge(teamsWanted, () => count(({ wanted }) => wanted))
  yield* readGauge(teamsConnected, () => count((team) => team.wanted && isConnected(team)))
  yield* readGauge(teamsUnconfirmed, () => count((team) => team.wanted && !team.isConfirmed))
  yield* readGauge(teamsDenied, () => count((team) => team.wanted && isDenied(team) && !isConnected(team)))
  for (const state of stateTags) {
    yield* readGauge(teams, () => count((team) => team.state._tag === state), { state })
  }
  yield* readGauge(dialsInFlight, () => control.load().dials.inFlight)
  yield* readGauge(dialsWaiting, () => control.load().dials.waiting)
  yield* readGauge(asksWaiting, () => control.load().asksWaiting)
})
