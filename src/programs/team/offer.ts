import { Effect, Result } from "effect"
import type { Lane } from "../../services/dialing/Gate.ts"
import { OfferRefused } from "../../services/EndpointPolicy.ts"
import type { AskFailed } from "../../services/Offers.ts"
import type { Incident } from "../../services/Stats.ts"
import type { TeamSession } from "../../services/TeamRegistry.ts"
import { failuresBehind, TeamState } from "../../services/TeamState.ts"
import { Endpoint } from "../../wire/Endpoint.ts"
import type { TeamServices } from "./services.ts"

/** Place to dial a team at. */
export interface Offer {
  /** The endpoint's URL, as the server has written it. A secret. */
  readonly url: string
  readonly endpoint: Endpoint
  /** True if it was used before, and is dialled only because the Global connection is down. */
  readonly isRemembered: boolean
}

/** Chooses the budget that an attempt draws on. */
export const laneOf = (failures: number): Lane => (failures === 0 ? "healthy" : "failing")

/** Names in the tally why there is no endpoint to dial. */
const incidentOf = (error: AskFailed | OfferRefused): Incident =>
  error._tag === "OfferRefused" ? "offer.refused" : `ask.${error.reason}`

/** Reads a URL that the server has offered, and asks the policy about it. Rule: protocol rows 1 and 2. */
const read = ({ policy }: TeamServices, url: string, isRemembered = false): Effect.Effect<Offer, OfferRefused> => {
  const endpoint = Endpoint.parse(url)
  return Result.isSuccess(endpoint)
    ? Effect.as(policy.admit(endpoint.success), { url, endpoint: endpoint.success, isRemembered })
    : Effect.fail(new OfferRefused({ reason: endpoint.failure.reason }))
}

/** Asks the server for an offer, when the budget lets it, and waits for the reply. */
const ask = (services: TeamServices, session: TeamSession) =>
  Effect.suspend(() => {
    const { budget, offers, registry } = services
    const failures = failuresBehind(session.team.state)
    registry.enter(session, TeamState.Asking({ failures }))
    return budget.awaitAsk(laneOf(failures)).pipe(
      Effect.andThen(offers.ask(session.team.id)),
      Effect.flatMap((url) => read(services, url))
    )
  })

/** Takes the URL that was used last, once; without one, waits until the Global connection is up, and asks. */
const whileGlobalIsDown = (services: TeamServices, session: TeamSession) => {
  const { global, offers, registry } = services
  return Effect.flatMap(offers.takeRemembered(session.team.id), (url) => {
    if (url !== undefined) return read(services, url, true)
    const failures = failuresBehind(session.team.state)
    registry.enter(session, TeamState.Waiting({ failures, reason: "the Global connection is down" }))
    return Effect.andThen(global.awaitUp, ask(services, session))
  })
}

/**
 * Finds out where to dial a team: what the server has offered unasked in the meantime, or the reply to a fresh ask. Gives an
 * offer that the policy admits. Rule: protocol rows 6 to 8.
 */
export const obtainOffer = (
  services: TeamServices,
  session: TeamSession
): Effect.Effect<Offer, AskFailed | OfferRefused> => {
  const { global, offers, stats } = services
  return offers.takeKept(session.team.id).pipe(
    Effect.flatMap((kept) => {
      if (kept !== undefined) return read(services, kept)
      return global.isUp() ? ask(services, session) : whileGlobalIsDown(services, session)
    }),
    Effect.catch((error) => {
      // A Global connection that is lost meanwhile is no failure of the team.
      if (error._tag === "GlobalDown") return obtainOffer(services, session)
      stats.tally(incidentOf(error))
      return Effect.fail(error)
    })
  )
}
