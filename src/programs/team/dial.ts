import { Clock, Effect } from "effect"
import type { Pass } from "../../services/dialing/Circuit.ts"
import { DialBudget } from "../../services/dialing/DialBudget.ts"
import { DialPolicy } from "../../services/dialing/DialPolicy.ts"
import { HostCircuit, sameHost } from "../../services/dialing/HostCircuit.ts"
import { GlobalLink } from "../../services/GlobalLink.ts"
import { KeepAlive } from "../../services/KeepAlive.ts"
import { Offers } from "../../services/Offers.ts"
import { Settings } from "../../services/Settings.ts"
import { handshake, noAnswer, Socket } from "../../services/Socket.ts"
import { Stats } from "../../services/Stats.ts"
import { TeamRegistry } from "../../services/TeamRegistry.ts"
import { TeamState } from "../../services/TeamState.ts"
import type { Endpoint } from "../../wire/Endpoint.ts"
import { laneOf, makeObtainOffer, type Offer } from "./offer.ts"
import { receiverServices, TeamReceiver } from "./TeamReceiver.ts"
import type { Stay } from "./teamStay.ts"

// Looked up once: each look-up makes a function.
const { Dialing, Open, Waiting } = TeamState

/** Makes what opens a team's connection. It belongs to the stay from its first byte on. */
const makeOpenLink = Effect.gen(function* () {
  const socket = yield* Socket
  const stats = yield* Stats
  const keepAlive = yield* KeepAlive
  const context = yield* receiverServices
  const { allowsAddress } = yield* DialPolicy
  const { connectTimeout } = yield* Settings

  return (stay: Stay, endpoint: Endpoint) =>
    Effect.suspend(() => {
      const link = new TeamReceiver(stay.team.id, stats.counter(stay.team.id), context)
      stay.link = link
      const dialled = handshake(socket, { endpoint, allowsAddress }, link, (connection) => {
        link.attach(connection)
        // Bounds the handshake too. Rule: protocol row 14.
        return Effect.andThen(keepAlive.hold(link), connection.opened)
      })
      return Effect.matchEffect(dialled, {
        onSuccess: () => {
          link.liveness.opened()
          return Effect.succeed(link)
        },
        onFailure: (error) => {
          stats.tally("dial.failed")
          return Effect.fail(link.isDead ? noAnswer(connectTimeout) : error)
        }
      })
    })
})

/** The pass that a team has had, and the host that it waited for. */
interface Waited {
  readonly pass: Pass
  readonly endpoint: Endpoint
}

/**
 * Makes what connects a team, once: asks where to dial, dials when the budget and the host's circuit let it, and puts the
 * connection to use. To be turned away is no failure: the team waits until it may try, and asks anew, since what it was
 * offered has grown old.
 *
 * What most dials go through is written without generators, and its services are looked up once for all teams: with a
 * generator and a look-up at each step a team took 168 steps of Effect to come up, not 77.
 */
export const makeConnect = Effect.gen(function* () {
  const budget = yield* DialBudget
  const circuit = yield* HostCircuit
  const clock = yield* Clock.Clock
  const global = yield* GlobalLink
  const offers = yield* Offers
  const registry = yield* TeamRegistry
  const stats = yield* Stats
  const obtainOffer = yield* makeObtainOffer
  const openLink = yield* makeOpenLink

  const admits = (endpoint: Endpoint, waited: Waited | undefined) =>
    circuit.admits(endpoint, waited !== undefined && sameHost(waited.endpoint, endpoint) ? waited.pass : "closed")

  /** Waits for the host of an offer that must not be dialled now, if it is the host that it waits for, and tries again. */
  const turnedAway = Effect.fnUntraced(function* (stay: Stay, offer: Offer, waited: Waited | undefined) {
    const { endpoint, isRemembered } = offer
    const { failures, team } = stay
    if (isRemembered) yield* offers.remember(team.id, endpoint)
    if (admits(endpoint, waited)) return yield* connect(stay, waited)
    registry.enter(stay, Waiting({ failures, reason: "most dials to its host fail" }))
    const pass = yield* circuit.awaitPass(endpoint, laneOf(failures))
    return yield* connect(stay, pass === "closed" ? undefined : { pass, endpoint })
  })

  const dial = (stay: Stay, offer: Offer, waited: Waited | undefined): ReturnType<typeof connect> => {
    const { endpoint, isRemembered } = offer
    const { failures, team } = stay
    registry.enter(stay, Dialing({ failures, origin: endpoint.origin }))
    // A URL that was used before is most likely refused, and now there is a better one to be had.
    const mayStart = () => admits(endpoint, waited) && !(isRemembered && global.isUp())
    return openLink(stay, endpoint).pipe(
      circuit.watch(team.id, endpoint, waited?.endpoint),
      budget.dial(laneOf(failures), mayStart),
      Effect.tap((link) => {
        const since = clock.currentTimeMillisUnsafe()
        registry.enter(stay, Open({ since, failures, transport: link.transport, liveness: link.liveness }))
        stats.tally("connection.opened")
        return offers.remember(team.id, endpoint)
      }),
      Effect.catchTag("TurnedAway", () => turnedAway(stay, offer, waited))
    )
  }

  const connect = (
    stay: Stay,
    waited?: Waited
  ): Effect.Effect<
    TeamReceiver,
    Effect.Error<ReturnType<typeof obtainOffer>> | Effect.Error<ReturnType<typeof openLink>>
  > => Effect.flatMap(obtainOffer(stay), (offer) => dial(stay, offer, waited))
  return (stay: Stay) => connect(stay)
})
