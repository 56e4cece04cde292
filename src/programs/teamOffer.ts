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

/** Where to dial a team. */
export interface Offer {
  readonly endpoint: Endpoint
  /** It was used before, and is dialled only because the Global connection is down. */
  readonly isRemembered: boolean
}

/**
 * Where to dial a team: what the server has offered unasked in the meantime, or the reply to a fresh ask; and while the
 * Global connection is down, the last one once, or else a wait until it is up. Rule: protocol rows 6 to 8.
 */
const findOffer = Effect.fnUntraced(function* (membership: Membership, failures: number) {
  const offers = yield* Offers
  const global = yield* GlobalLink
  const registry = yield* TeamRegistry
  const budget = yield* DialBudget
  const { id } = membership.team

  const kept = yield* offers.takeKept(id)
  if (kept !== undefined) return yield* readOffer(kept)
  if (!global.isUp()) {
    const remembered = yield* offers.takeRemembered(id)
    if (remembered !== undefined) return { endpoint: remembered, isRemembered: true }
    yield* registry.enter(membership, TeamState.Waiting({ failures, reason: "the Global connection is down" }))
    yield* global.awaitUp
  }
  yield* registry.enter(membership, TeamState.Asking({ failures }))
  yield* budget.awaitAsk(laneOf(failures))
  return yield* readOffer(yield* offers.ask(id))
})

/** Rule: protocol row 1. */
const readOffer = (url: string): Effect.Effect<Offer, OfferRefused> =>
  Effect.mapBoth(Effect.fromResult(Endpoint.parse(url)), {
    onSuccess: (endpoint) => ({ endpoint, isRemembered: false }),
    onFailure: ({ reason }) => new OfferRefused({ reason })
  })

/** Why there is no endpoint to dial, in the tally. */
const incidentOf = (error: AskFailed | OfferRefused): Incident =>
  error._tag === "OfferRefused" ? "offer.refused" : `ask.${error.reason}`

/** An offer that the policy admits. A Global connection that is lost meanwhile is no failure of the team. */
export const obtainOffer = (
  membership: Membership,
  failures: number
): Effect.Effect<
  Offer,
  AskFailed | OfferRefused,
  DialBudget | DialPolicy | GlobalLink | Offers | Stats | TeamRegistry
> =>
  findOffer(membership, failures).pipe(
    Effect.tap(({ endpoint }) => DialPolicy.use((policy) => policy.admit(endpoint))),
    Effect.catchTag("GlobalDown", () => obtainOffer(membership, failures)),
    Effect.tapError((error) => Stats.use((stats) => Effect.sync(() => stats.tally(incidentOf(error)))))
  )
