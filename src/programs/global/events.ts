import { Effect } from "effect"
import { LogThrottle } from "../../services/LogThrottle.ts"
import { Offers } from "../../services/Offers.ts"
import { Settings } from "../../services/Settings.ts"
import type { Connection } from "../../services/Socket.ts"
import { Stats } from "../../services/Stats.ts"
import { isConnected, TeamRegistry } from "../../services/TeamRegistry.ts"
import { GlobalClientCodec, type GlobalServerEvent } from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import { health } from "./healthcheck.ts"

/** Makes what an offer changes, asked for or not. Rule: protocol rows 5 to 7. */
const makeReceiveOffer = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const offers = yield* Offers
  const stats = yield* Stats

  return (id: TeamId, url: string): Effect.Effect<void> => {
    const team = registry.find(id)
    if (team === undefined) return Effect.sync(() => stats.tally("offer.unknown-team"))
    if (!team.wanted) return Effect.sync(() => stats.tally("offer.after-left"))
    return Effect.flatMap(offers.answer(id, url), (wasAsked) => {
      if (wasAsked) return Effect.void
      stats.tally("offer.not-asked")
      return isConnected(team) ? Effect.void : Effect.andThen(offers.keep(id, url), registry.wake(id))
    })
  }
})

/** Makes what follows when the server could not do what it was asked to. Rule: protocol row 21. */
const makeReceiveError = Effect.gen(function* () {
  const stats = yield* Stats
  const offers = yield* Offers
  const throttle = yield* LogThrottle

  return Effect.fnUntraced(function* (id: TeamId | null | undefined) {
    stats.tally("global.error")
    const asked = id !== undefined && id !== null && (yield* offers.refuse(id))
    yield* throttle.warn("global error", "the server reported an error", { failedAsk: asked })
  })
})

/** Makes the answer to a healthcheck. A peer that does not take it in the time of a pong is dead. Rule: protocol row 16. */
const makeAnswerHealthcheck = Effect.gen(function* () {
  const stats = yield* Stats
  const { pongTimeout } = yield* Settings
  const context = yield* Effect.context<TeamRegistry>()
  const stateOfTeams = Effect.provideContext(health, context)

  return Effect.fnUntraced(function* (connection: Connection) {
    yield* connection.send(GlobalClientCodec.encode({ type: "healthcheck", stats: yield* stateOfTeams })).pipe(
      Effect.andThen(Effect.sync(() => stats.tally("healthcheck.answered"))),
      Effect.timeoutOrElse({ duration: pongTimeout, orElse: () => Effect.sync(() => connection.terminate()) }),
      // The connection has just been lost: there is nobody left to answer.
      Effect.catchTag("NotOpen", () => Effect.void)
    )
  })
})

/** Makes what each event of the Global API changes, but for goodbye, which the session itself decides on. */
export const makeHandleGlobalEvent = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const receiveOffer = yield* makeReceiveOffer
  const receiveError = yield* makeReceiveError
  const answerHealthcheck = yield* makeAnswerHealthcheck

  return (
    event: Exclude<GlobalServerEvent, { readonly type: "goodbye" }>,
    connection: Connection
  ): Effect.Effect<void> => {
    switch (event.type) {
      case "hello":
        return Effect.logDebug("the server said hello")
      case "team.join":
        return registry.join(event.team_id)
      case "team.left":
        return registry.leave(event.team_id)
      case "team.connect":
        return receiveOffer(event.team_id, event.ws_url)
      case "error":
        return receiveError(event.team_id)
      case "healthcheck":
        return event.stats === undefined ? answerHealthcheck(connection) : Effect.void
    }
  }
})
