import { Effect } from "effect"
import { DialBudget } from "../services/DialBudget.ts"
import { DialPolicy } from "../services/DialPolicy.ts"
import { GlobalLink } from "../services/GlobalLink.ts"
import { HostCircuit, sameHost } from "../services/HostCircuit.ts"
import { Offers } from "../services/Offers.ts"
import { Settings } from "../services/Settings.ts"
import { open, type Receiver } from "../services/Socket.ts"
import { Stats } from "../services/Stats.ts"
import { type Membership, TeamRegistry, TeamState } from "../services/TeamRegistry.ts"
import type { Endpoint } from "../wire/Endpoint.ts"
import { laneOf, obtainOffer } from "./teamOffer.ts"

/**
 * One attempt: asks where to dial, and dials when the budget and the host's circuit let it. To be turned away is no failure:
 * the team waits until it may try, and asks anew, since what it was offered has grown old. In a Scope that hangs it up.
 */
export const dial = Effect.fnUntraced(function* (membership: Membership, failures: number, receiver: Receiver) {
  const { team } = membership
  const lane = laneOf(failures)
  const [settings, registry, stats, policy, offers, budget, circuit, global] = yield* Effect.all([
    Settings,
    TeamRegistry,
    Stats,
    DialPolicy,
    Offers,
    DialBudget,
    HostCircuit,
    GlobalLink
  ])

  let canaryOf: Endpoint | undefined
  const admits = (endpoint: Endpoint) =>
    circuit.admits(endpoint) || (canaryOf !== undefined && sameHost(canaryOf, endpoint))

  while (true) {
    const { endpoint, isRemembered } = yield* obtainOffer(membership, failures)
    yield* registry.enter(membership, TeamState.Dialing({ failures, origin: endpoint.origin }))
    // A URL that was used before is most likely refused, and now there is a better one to be had.
    const mayStart = () => admits(endpoint) && !(isRemembered && global.isUp())
    const connection = yield* open({ endpoint, allowsAddress: policy.allowsAddress }, receiver, settings).pipe(
      Effect.tapError(() => Effect.sync(() => stats.tally("dial.failed"))),
      circuit.watch(team.id, endpoint, canaryOf),
      budget.dial(lane, mayStart),
      Effect.catchTag("TurnedAway", () => Effect.undefined)
    )
    if (connection !== undefined) return { connection, endpoint }

    if (isRemembered) yield* offers.remember(team.id, endpoint)
    if (admits(endpoint)) continue
    yield* registry.enter(membership, TeamState.Waiting({ failures }))
    canaryOf = (yield* circuit.awaitTurn(endpoint, lane)) === "canary" ? endpoint : undefined
  }
})
