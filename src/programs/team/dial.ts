import { Effect } from "effect"
import type { Pass } from "../../services/dialing/Circuit.ts"
import { sameHost } from "../../services/dialing/HostCircuit.ts"
import type { OfferRefused } from "../../services/EndpointPolicy.ts"
import { monotonicMillis } from "../../services/monotonic.ts"
import type { AskFailed } from "../../services/Offers.ts"
import { type DialError, handshake, noAnswer } from "../../services/Socket.ts"
import type { TeamSession } from "../../services/TeamRegistry.ts"
import { failuresBehind, TeamState } from "../../services/TeamState.ts"
import type { Endpoint } from "../../wire/Endpoint.ts"
import { laneOf, obtainOffer, type Offer } from "./offer.ts"
import type { TeamServices } from "./services.ts"
import { TeamReceiver } from "./TeamReceiver.ts"

/** Opens a team's connection. It belongs to the session from its first byte on. */
const open = (
  services: TeamServices,
  session: TeamSession,
  endpoint: Endpoint
): Effect.Effect<TeamReceiver, DialError> =>
  Effect.suspend(() => {
    const { clock, keepAlive, policy, settings, socket, stats } = services
    const { id } = session.team
    const receiver = new TeamReceiver(id, stats.counter(id), services)
    session.connection = receiver
    const dialled = handshake(socket, { endpoint, allowsAddress: policy.allowsAddress }, receiver, (connection) => {
      receiver.attach(connection)
      // Bounds the handshake too. Rule: protocol row 14.
      return Effect.andThen(keepAlive.hold(receiver), connection.opened)
    })
    return Effect.matchEffect(dialled, {
      onSuccess: () => {
        receiver.liveness.opened(monotonicMillis(clock))
        return Effect.succeed(receiver)
      },
      onFailure: (error) => {
        stats.tally("dial.failed")
        return Effect.fail(receiver.isDead ? noAnswer(settings.connectTimeout) : error)
      }
    })
  })

/** The pass that a team has had, and the host that it waited for. */
interface Waited {
  readonly pass: Pass
  readonly endpoint: Endpoint
}

const admits = ({ circuit }: TeamServices, endpoint: Endpoint, waited: Waited | undefined): boolean =>
  circuit.admits(endpoint, waited !== undefined && sameHost(waited.endpoint, endpoint) ? waited.pass : "closed")

/** Waits for the host of an offer that must not be dialled now, unless it may be by now, and tries again. */
const turnedAway = Effect.fnUntraced(function* (
  services: TeamServices,
  session: TeamSession,
  { endpoint, isRemembered, url }: Offer,
  waited: Waited | undefined
) {
  const { circuit, offers, registry } = services
  const { team } = session
  if (isRemembered) yield* offers.remember(team.id, url)
  if (admits(services, endpoint, waited)) return yield* connect(services, session, waited)
  const failures = failuresBehind(team.state)
  registry.enter(session, TeamState.Waiting({ failures, reason: "most dials to its host fail" }))
  const pass = yield* circuit.awaitPass(endpoint, laneOf(failures))
  return yield* connect(services, session, pass === "closed" ? undefined : { pass, endpoint })
})

/** Dials an offer when the budget and the host's circuit let it. */
const dial = (
  services: TeamServices,
  session: TeamSession,
  offer: Offer,
  waited: Waited | undefined
): ReturnType<typeof connect> => {
  const { budget, circuit, clock, global, offers, registry, stats } = services
  const { endpoint, isRemembered, url } = offer
  const { team } = session
  const failures = failuresBehind(team.state)
  registry.enter(session, TeamState.Dialing({ failures, origin: endpoint.origin }))
  // A URL that was used before is most likely refused, and now there is a better one to be had.
  const mayStart = () => admits(services, endpoint, waited) && !(isRemembered && global.isUp())
  return open(services, session, endpoint).pipe(
    circuit.watch(team.id, endpoint, waited?.endpoint),
    budget.dial(laneOf(failures), mayStart),
    Effect.tap(({ liveness, transport }) => {
      const since = clock.currentTimeMillisUnsafe()
      registry.enter(session, TeamState.Open({ since, failures, transport, liveness }))
      stats.tally("connection.opened")
      return offers.remember(team.id, url)
    }),
    Effect.catchTag("TurnedAway", () => turnedAway(services, session, offer, waited))
  )
}

/**
 * Connects a team, once: asks where to dial, dials, and puts the connection to use. To be turned away is no failure: the team
 * waits until it may try, and asks anew, since what it was offered has grown old.
 */
export const connect = (
  services: TeamServices,
  session: TeamSession,
  waited?: Waited
): Effect.Effect<TeamReceiver, AskFailed | OfferRefused | DialError> =>
  Effect.flatMap(obtainOffer(services, session), (offer) => dial(services, session, offer, waited))
