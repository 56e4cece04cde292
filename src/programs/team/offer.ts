import { Effect, Result } from "effect"
import { DialBudget } from "../../services/dialing/DialBudget.ts"
import { DialPolicy, OfferRefused } from "../../services/dialing/DialPolicy.ts"
import type { Lane } from "../../services/dialing/Gate.ts"
import { GlobalLink } from "../../services/GlobalLink.ts"
import { type AskFailed, Offers } from "../../services/Offers.ts"
import { type Incident, Stats } from "../../services/Stats.ts"
import { TeamRegistry } from "../../services/TeamRegistry.ts"
import { TeamState } from "../../services/TeamState.ts"
import { Endpoint } from "../../wire/Endpoint.ts"
import type { Stay } from "./teamStay.ts"

// Looked up once: each look-up makes a function.
const { Asking, Waiting } = TeamState

/** The budget that an attempt draws on. */
export const laneOf = (failures: number): Lane => (failures === 0 ? "healthy" : "failing")

/** Where to dial a team. */
export interface Offer {
  readonly endpoint: Endpoint
  /** It was used before, and is dialled only because the Global connection is down. */
  readonly isRemembered: boolean
}

/** Why there is no endpoint to dial, in the tally. */
const incidentOf = (error: AskFailed | OfferRefused): Incident =>
  error._tag === "OfferRefused" ? "offer.refused" : `ask.${error.reason}`

/**
 * Makes what finds out where to dial a team: what the server has offered unasked in the meantime, or the reply to a fresh
 * ask; and while the Global connection is down, the last one once, or else a wait until it is up. Gives an offer that the
 * policy admits. Rule: protocol rows 6 to 8.
 */
export const makeObtainOffer = Effect.gen(function* () {
  const budget = yield* DialBudget
  const global = yield* GlobalLink
  const offers = yield* Offers
  const policy = yield* DialPolicy
  const registry = yield* TeamRegistry
  const stats = yield* Stats

  const admitted = (offer: Offer): Effect.Effect<Offer, OfferRefused> => Effect.as(policy.admit(offer.endpoint), offer)

  /** Rule: protocol row 1. */
  const read = (url: string): Effect.Effect<Offer, OfferRefused> => {
    const endpoint = Endpoint.parse(url)
    return Result.isSuccess(endpoint)
      ? admitted({ endpoint: endpoint.success, isRemembered: false })
      : Effect.fail(new OfferRefused({ reason: endpoint.failure.reason }))
  }

  const ask = (stay: Stay) =>
    Effect.suspend(() => {
      registry.enter(stay, Asking({ failures: stay.failures }))
      return budget.awaitAsk(laneOf(stay.failures)).pipe(Effect.andThen(offers.ask(stay.team.id)), Effect.flatMap(read))
    })

  const whileGlobalIsDown = (stay: Stay) =>
    Effect.flatMap(offers.takeRemembered(stay.team.id), (endpoint) => {
      if (endpoint !== undefined) return admitted({ endpoint, isRemembered: true })
      registry.enter(stay, Waiting({ failures: stay.failures, reason: "the Global connection is down" }))
      return Effect.andThen(global.awaitUp, ask(stay))
    })

  const obtainOffer = (stay: Stay): Effect.Effect<Offer, AskFailed | OfferRefused> =>
    offers.takeKept(stay.team.id).pipe(
      Effect.flatMap((kept) => {
        if (kept !== undefined) return read(kept)
        return global.isUp() ? ask(stay) : whileGlobalIsDown(stay)
      }),
      Effect.catch((error) => {
        // A Global connection that is lost meanwhile is no failure of the team.
        if (error._tag === "GlobalDown") return obtainOffer(stay)
        stats.tally(incidentOf(error))
        return Effect.fail(error)
      })
    )
  return obtainOffer
})
