import { Effect } from "effect"
import type { Connection } from "../../services/Socket.ts"
import { isConnected } from "../../services/TeamRegistry.ts"
import { GlobalClientCodec, type GlobalServerEvent } from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import { health } from "./healthcheck.ts"
import type { GlobalServices } from "./services.ts"

/** Makes a team wanted. One beyond the number that is kept is refused. Rule: protocol row 17. */
const receiveJoin = Effect.fnUntraced(function* ({ registry, settings, stats, throttle }: GlobalServices, id: TeamId) {
  if (yield* registry.join(id)) return
  stats.tally("join.refused")
  yield* throttle.warn("join refused", "a join was refused: as many teams are kept as --max-teams allows", {
    maxTeams: settings.maxTeams
  })
})

/** Hands an offer to the ask that waits for it, or keeps it for the team's next attempt. Rule: protocol rows 5 to 7. */
const receiveOffer = ({ offers, registry, stats }: GlobalServices, id: TeamId, url: string): Effect.Effect<void> => {
  const team = registry.find(id)
  if (team === undefined) return Effect.sync(() => stats.tally("offer.unknown-team"))
  if (!team.wanted) return Effect.sync(() => stats.tally("offer.after-left"))
  return Effect.flatMap(offers.answer(id, url), (wasAsked) => {
    if (wasAsked) return Effect.void
    stats.tally("offer.not-asked")
    return isConnected(team) ? Effect.void : Effect.andThen(offers.keep(id, url), registry.wake(id))
  })
}

/** Fails the ask that the server could not answer, if the error names its team. Rule: protocol row 21. */
const receiveError = Effect.fnUntraced(function* (
  { offers, stats, throttle }: GlobalServices,
  id: TeamId | null | undefined
) {
  stats.tally("global.error")
  const asked = id !== undefined && id !== null && (yield* offers.refuse(id))
  yield* throttle.warn("global error", "the server reported an error", { failedAsk: asked })
})

/** Answers a healthcheck. A peer that does not take the answer within the pong timeout is dead. Rule: protocol row 16. */
const answerHealthcheck = (
  { answers, registry, settings, stats }: GlobalServices,
  connection: Connection
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const answer = GlobalClientCodec.encode({ type: "healthcheck", stats: health(registry) })
    const sent = Effect.sync(() => {
      answers.sent(answer.length)
      stats.tally("healthcheck.answered")
    })
    return Effect.andThen(connection.send(answer), sent)
  }).pipe(
    Effect.timeoutOrElse({
      duration: settings.pongTimeout,
      orElse: () => Effect.sync(() => connection.terminate())
    }),
    // The connection has just been lost: there is nobody left to answer.
    Effect.catchTag("NotOpen", () => Effect.void)
  )

/** Does what an event of the Global API asks for. What a goodbye means is the session's to decide. */
export const handleEvent = (
  services: GlobalServices,
  connection: Connection,
  event: Exclude<GlobalServerEvent, { readonly type: "goodbye" }>
): Effect.Effect<void> => {
  switch (event.type) {
    case "hello":
      return Effect.logDebug("the server said hello")
    case "team.join":
      return receiveJoin(services, event.team_id)
    case "team.left":
      return services.registry.leave(event.team_id)
    case "team.connect":
      return receiveOffer(services, event.team_id, event.ws_url)
    case "error":
      return receiveError(services, event.team_id)
    case "healthcheck":
      return event.stats === undefined ? answerHealthcheck(services, connection) : Effect.void
  }
}
