import { Clock, Effect } from "effect"
import type { Turn } from "../services/Circuit.ts"
import { DialBudget } from "../services/DialBudget.ts"
import { DialPolicy } from "../services/DialPolicy.ts"
import { GlobalLink } from "../services/GlobalLink.ts"
import { HostCircuit, sameHost } from "../services/HostCircuit.ts"
import { KeepAlive } from "../services/KeepAlive.ts"
import { Offers } from "../services/Offers.ts"
import { handshake } from "../services/Socket.ts"
import { Stats } from "../services/Stats.ts"
import { TeamRegistry, TeamState } from "../services/TeamRegistry.ts"
import type { Endpoint } from "../wire/Endpoint.ts"
import { LinkContext, TeamLink } from "./teamLink.ts"
import { laneOf, obtainOffer } from "./teamOffer.ts"
import type { Stay } from "./teamStay.ts"

/** Opens a connection to an endpoint. It belongs to the stay from its first byte on. */
const openLink = Effect.fnUntraced(function* (stay: Stay, endpoint: Endpoint) {
  const { team } = stay
  const { allowsAddress } = yield* DialPolicy
  const keepAlive = yield* KeepAlive
  const stats = yield* Stats
  const link = new TeamLink(team.id, yield* stats.counter(team.id), yield* LinkContext)
  stay.link = link
  yield* handshake({ endpoint, allowsAddress }, link, (connection) => {
    link.attach(connection)
    // Bounds the handshake too. Rule: protocol row 14.
    return Effect.andThen(keepAlive.hold(link), connection.opened)
  }).pipe(Effect.tapError(() => Effect.sync(() => stats.tally("dial.failed"))))
  link.silence = 0
  return link
})

/**
 * Asks where to dial, and dials when the budget and the host's circuit let it. To be turned away is no failure: the team
 * waits until it may try, and asks anew, since what it was offered has grown old.
 */
const dial = Effect.fnUntraced(function* (stay: Stay) {
  const { failures, team } = stay
  const lane = laneOf(failures)
  const registry = yield* TeamRegistry
  const offers = yield* Offers
  const budget = yield* DialBudget
  const circuit = yield* HostCircuit
  const global = yield* GlobalLink

  let turn: Turn = "closed"
  let canaryOf: Endpoint | undefined
  const admits = (endpoint: Endpoint) =>
    circuit.admits(endpoint, canaryOf !== undefined && sameHost(canaryOf, endpoint) ? turn : "closed")

  while (true) {
    const { endpoint, isRemembered } = yield* obtainOffer(stay, failures)
    yield* registry.enter(stay, TeamState.Dialing({ failures, origin: endpoint.origin }))
    // A URL that was used before is most likely refused, and now there is a better one to be had.
    const mayStart = () => admits(endpoint) && !(isRemembered && global.isUp())
    const link = yield* openLink(stay, endpoint).pipe(
      circuit.watch(team.id, endpoint, canaryOf),
      budget.dial(lane, mayStart),
      Effect.catchTag("TurnedAway", () => Effect.undefined)
    )
    if (link !== undefined) return { link, endpoint }

    if (isRemembered) yield* offers.remember(team.id, endpoint)
    if (admits(endpoint)) continue
    yield* registry.enter(stay, TeamState.Waiting({ failures }))
    turn = yield* circuit.awaitTurn(endpoint, lane)
    canaryOf = turn === "closed" ? undefined : endpoint
  }
})

/** One attempt: asks, dials, and puts the connection to use. */
export const connect = Effect.fnUntraced(function* (stay: Stay) {
  const { endpoint, link } = yield* dial(stay)
  const since = yield* Clock.currentTimeMillis
  yield* (yield* TeamRegistry).enter(stay, TeamState.Open({ since, failures: stay.failures, transport: link }))
  yield* (yield* Offers).remember(stay.team.id, endpoint)
  ;(yield* Stats).tally("connection.opened")
  return link
})
