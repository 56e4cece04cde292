import { Data, Effect, Exit } from "effect"
import { DialError } from "../../services/DialError.ts"
import type { OfferRefused } from "../../services/EndpointPolicy.ts"
import { monotonicMillis } from "../../services/monotonic.ts"
import type { AskFailed } from "../../services/Offers.ts"
import { handshake } from "../../services/Socket.ts"
import type { TeamSession } from "../../services/TeamRegistry.ts"
import { failuresBehind, TeamState } from "../../services/TeamState.ts"
import type { Endpoint } from "../../wire/Endpoint.ts"
import { hangUp } from "./hangUp.ts"
import { isStale, obtainOffer, type Offer, renewOffer } from "./offer.ts"
import type { TeamServices } from "./services.ts"
import { TeamReceiver } from "./TeamReceiver.ts"

/** The offer that has replaced a stale one names another host, where the team has to wait for its turn anew. */
class OfferedElsewhere extends Data.TaggedClass("OfferedElsewhere")<{ readonly offer: Offer }> {}

/** The turn was taken back while its offer was renewed, since others could use its place. The team has failed of nothing. */
export class TurnTakenBack extends Data.TaggedError("TurnTakenBack")<{}> {
  override get message() {
    return "its place was wanted while its offer was renewed"
  }
}

const wait = ({ registry }: TeamServices, session: TeamSession, reason: string) => {
  const failures = failuresBehind(session.team.state)
  registry.enter(session, TeamState.Waiting({ failures, reason }))
}

/** Addresses of an endpoint's host, where the socket looks them up ahead of the dial. */
const resolve = (
  services: TeamServices,
  session: TeamSession,
  endpoint: Endpoint
): Effect.Effect<ReadonlyArray<string> | undefined, DialError> => {
  const addresses = services.socket.resolve?.(endpoint)
  if (addresses === undefined) return Effect.undefined
  // Known already, mostly: then there is nothing to tell.
  if (!Exit.isExit(addresses)) wait(services, session, `the name ${endpoint.hostname} is being looked up`)
  return addresses
}

/** Opens a team's connection. It belongs to the session from its first byte on. */
const open = (
  services: TeamServices,
  session: TeamSession,
  endpoint: Endpoint,
  addresses: ReadonlyArray<string> | undefined
): Effect.Effect<TeamReceiver, DialError> =>
  Effect.suspend(() => {
    const { clock, control, keepAlive, policy, registry, settings, socket, stats } = services
    const { team, turn } = session
    const { state } = team
    if (state._tag !== "Dialing" || state.origin !== endpoint.origin) {
      registry.enter(session, TeamState.Dialing({ failures: failuresBehind(state), origin: endpoint.origin }))
    }
    const receiver = new TeamReceiver(turn, stats.counter(team.id), services)
    session.connection = receiver
    turn.giveUp = () => receiver.giveUp()
    const { allowsAddress } = policy
    const request = { endpoint, allowsAddress, headers: settings.teamHeaders }
    const dial = addresses === undefined ? request : { ...request, addresses }
    const dialled = handshake(socket, dial, receiver, (connection) => {
      receiver.attach(connection)
      // Bounds the handshake too. Rule: protocol row 14.
      return Effect.andThen(keepAlive.hold(receiver), connection.opened)
    })
    return Effect.matchEffect(dialled, {
      onSuccess: () => {
        receiver.liveness.opened(monotonicMillis(clock))
        control.answered(turn)
        return Effect.succeed(receiver)
      },
      onFailure: (error) => {
        if (error.reason !== "local") stats.tally("dial.failed")
        return Effect.fail(receiver.whyUnanswered(settings.connectTimeout) ?? error)
      }
    })
  })

/** Puts a connection to use. */
const putToUse = (
  { clock, offers, registry, stats }: TeamServices,
  session: TeamSession,
  { liveness, transport }: TeamReceiver,
  url: string
) => {
  const { team } = session
  const since = clock.currentTimeMillisUnsafe()
  registry.enter(session, TeamState.Open({ since, failures: failuresBehind(team.state), transport, liveness }))
  stats.tally("connection.opened")
  return offers.remember(team.id, url)
}

/** Replaces an offer that has grown stale while the team waited for its turn. */
const renewed = Effect.fnUntraced(function* (services: TeamServices, session: TeamSession, stale: Offer) {
  const { team, turn } = session
  services.control.renewing(turn)
  if (stale.isRemembered) yield* services.offers.remember(team.id, stale.url)
  const offer = yield* renewOffer(services, session)
  if (offer.endpoint.host !== stale.endpoint.host) return yield* Effect.fail(new OfferedElsewhere({ offer }))
  const addresses = yield* resolve(services, session, offer.endpoint)
  if (!(yield* services.control.awaitPace(turn))) return yield* new TurnTakenBack()
  return { offer, addresses }
})

/** Dials an offer now that the team's turn has come. */
const dialNow = (
  services: TeamServices,
  session: TeamSession,
  offer: Offer,
  addresses: ReadonlyArray<string> | undefined
): Effect.Effect<TeamReceiver, AskFailed | OfferRefused | DialError | OfferedElsewhere | TurnTakenBack> =>
  Effect.suspend(() =>
    isStale(services, offer)
      ? Effect.flatMap(renewed(services, session, offer), (fresh) =>
          dialNow(services, session, fresh.offer, fresh.addresses)
        )
      : Effect.tap(open(services, session, offer.endpoint, addresses), (receiver) =>
          putToUse(services, session, receiver, offer.url)
        )
  )

/** Waits for the turn to dial an offer, and dials it. What our own machine lacks is no failure: the team waits until it is there. */
const dial = (
  services: TeamServices,
  session: TeamSession,
  offer: Offer
): Effect.Effect<TeamReceiver, AskFailed | OfferRefused | DialError | TurnTakenBack> => {
  const { control, registry } = services
  const { endpoint } = offer
  return resolve(services, session, endpoint).pipe(
    Effect.flatMap((addresses) => {
      const failures = failuresBehind(session.team.state)
      registry.enter(session, TeamState.Dialing({ failures, origin: endpoint.origin }))
      const onHeld = (why: string) =>
        wait(services, session, `dials to ${endpoint.host} are held back: the last of them died of "${why}"`)
      return dialNow(services, session, offer, addresses).pipe(
        control.dial(session.turn, endpoint, onHeld),
        Effect.catch((error) => {
          if (error._tag === "OfferedElsewhere") return dial(services, session, error.offer)
          if (error._tag !== "DialError" || error.reason !== "local") return Effect.fail(error)
          wait(services, session, error.message)
          return Effect.andThen(hangUp(services, session), dial(services, session, offer))
        })
      )
    })
  )
}

/** Connects a team, once: asks where to dial, dials, and puts the connection to use. */
export const connect = (
  services: TeamServices,
  session: TeamSession
): Effect.Effect<TeamReceiver, AskFailed | OfferRefused | DialError | TurnTakenBack> =>
  Effect.flatMap(obtainOffer(services, session), (offer) => dial(services, session, offer))
