import { Effect, Result } from "effect"
import { OfferRefused } from "../../services/EndpointPolicy.ts"
import type { GlobalDown } from "../../services/GlobalLink.ts"
import { monotonicMillis } from "../../services/monotonic.ts"
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
  /** Time at which it was taken up, in milliseconds of the monotonic clock. */
  readonly at: number
}

/** Names in the tally why there is no endpoint to dial. */
const incidentOf = (error: AskFailed | OfferRefused): Incident =>
  error._tag === "OfferRefused" ? "offer.refused" : `ask.${error.reason}`

/** Reads a URL that the server has offered, and asks the policy about it. Rule: protocol rows 1 and 2. */
const read = (
  { clock, policy }: TeamServices,
  url: string,
  isRemembered = false
): Effect.Effect<Offer, OfferRefused> => {
  const endpoint = Endpoint.parse(url)
  if (Result.isFailure(endpoint)) return Effect.fail(new OfferRefused({ reason: endpoint.failure.reason }))
  const at = monotonicMillis(clock)
  return Effect.as(policy.admit(endpoint.success), { url, endpoint: endpoint.success, isRemembered, at })
}

/** Sends an ask and waits for the reply. */
const send = ({ offers, registry }: TeamServices, session: TeamSession) =>
  Effect.suspend(() => {
    const { team, turn } = session
    if (team.state._tag !== "Asking") {
      registry.enter(session, TeamState.Asking({ failures: failuresBehind(team.state) }))
    }
    turn.giveUp = () => offers.giveUp(team.id)
    return offers.ask(team.id)
  })

/** Asks the server for an offer when its turn has come, and waits for the reply. */
const ask = (services: TeamServices, session: TeamSession) =>
  Effect.suspend(() => {
    const { control, registry } = services
    const failures = failuresBehind(session.team.state)
    registry.enter(session, TeamState.Asking({ failures }))
    const onHeld = (why: string) =>
      registry.enter(
        session,
        TeamState.Waiting({ failures, reason: `asks are held back: the last of them got ${why}` })
      )
    return send(services, session).pipe(
      control.ask(session.turn, onHeld),
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

/** Tallies why there is no offer; asks again if that was only because the Global connection was lost meanwhile. */
const orAskAgain = (services: TeamServices, session: TeamSession) =>
  Effect.catch((error: AskFailed | GlobalDown | OfferRefused): Effect.Effect<Offer, AskFailed | OfferRefused> => {
    if (error._tag === "GlobalDown") return obtainOffer(services, session)
    services.stats.tally(incidentOf(error))
    return Effect.fail(error)
  })

/**
 * Finds out where to dial a team: what the server has offered unasked in the meantime, or the reply to a fresh ask. Gives an
 * offer that the policy admits. Rule: protocol rows 6 to 8.
 */
export const obtainOffer = (
  services: TeamServices,
  session: TeamSession
): Effect.Effect<Offer, AskFailed | OfferRefused> => {
  const { global, offers } = services
  return offers.takeKept(session.team.id).pipe(
    Effect.flatMap((kept) => {
      if (kept !== undefined) return read(services, kept)
      return global.isUp() ? ask(services, session) : whileGlobalIsDown(services, session)
    }),
    orAskAgain(services, session)
  )
}

/** True for an offer that is most likely refused by now, where there is a better one to be had. */
export const isStale = ({ clock, global, settings }: TeamServices, { at, isRemembered }: Offer): boolean =>
  global.isUp() && (isRemembered || monotonicMillis(clock) - at > settings.connectTimeout)

/** Obtains an offer in place of a stale one, for a team whose turn to dial has come: at once, since few are dialled then. */
export const renewOffer = (
  services: TeamServices,
  session: TeamSession
): Effect.Effect<Offer, AskFailed | OfferRefused> =>
  Effect.flatMap(send(services, session), (url) => read(services, url)).pipe(orAskAgain(services, session))
