import { Effect } from "effect"
import { DialBudget, type Lane } from "../services/DialBudget.ts"
import { DialPolicy, OfferRefused } from "../services/DialPolicy.ts"
import { GlobalLink } from "../services/GlobalLink.ts"
import { type AskFailed, Offers } from "../services/Offers.ts"
import { type Incident, Stats } from "../services/Stats.ts"
import { type Membership, TeamRegistry, TeamState } from "../services/TeamRegistry.ts"
import { Endpoint } from "../wire/Endpoint.ts"

/** The budget that an attempt draws on. */
export const laneOf = (failures: number): Lane => (failures === 0 ? "healthy" : "failing")

/**
 * Where to dial a team: what the server has offered unasked in the meantime, or the reply to a fresh ask; and while the
 * Global connection is down, the last one once, or else a wait until it is up. Rule: protocol rows 6 to 8.
 */
const findEndpoint = Effect.fnUntraced(function* (membership: Membership, failures: number) {
  const offers = yield* Offers
  const global = yield* GlobalLink
  const registry = yield* TeamRegistry
  const budget = yield* DialBudget
  const { id } = membership.team

  const kept = yield* offers.takeKept(id)
  if (kept !== undefined) return yield* readOffer(kept)
  if (!global.isUp()) {
    const remembered = yield* offers.takeRemembered(id)
    if (remembered !== undefined) return remembered
    yield* registry.enter(membership, TeamState.Waiting({ failures }))
    yield* global.awaitUp
  }
  yield* registry.enter(membership, TeamState.Asking({ failures }))
  yield* budget.awaitAsk(laneOf(failures))
  return yield* readOffer(yield* offers.ask(id))
})

/** Rule: protocol row 1. */
const readOffer = (url: string) =>
  Effect.mapError(Effect.fromResult(Endpoint.parse(url)), ({ reason }) => new OfferRefused({ reason }))

/** Why there is no endpoint to dial, in the tally. */
const incidentOf = (error: AskFailed | OfferRefused): Incident =>
  error._tag === "OfferRefused" ? "offer.refused" : `ask.${error.reason}`

/** An endpoint that the policy admits. A Global connection that is lost meanwhile is no failure of the team. */
export const obtainEndpoint = (
  membership: Membership,
  failures: number
): Effect.Effect<
  Endpoint,
  AskFailed | OfferRefused,
  DialBudget | DialPolicy | GlobalLink | Offers | Stats | TeamRegistry
> =>
  findEndpoint(membership, failures).pipe(
    Effect.tap((endpoint) => DialPolicy.use((policy) => policy.admit(endpoint))),
    Effect.catchTag("GlobalDown", () => obtainEndpoint(membership, failures)),
    Effect.tapError((error) => Stats.use((stats) => Effect.sync(() => stats.tally(incidentOf(error)))))
  )
