import { Effect } from "effect"
import { isConnected } from "../../services/TeamRegistry.ts"
import type { GlobalServerEvent } from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
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
  registry.confirm(id)
  return Effect.flatMap(offers.answer(id, url), (wasAsked) => {
    if (wasAsked) return Effect.sync(registry.offerMade)
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

/** Does what an event of the Global API asks for. What a goodbye means, and when to answer a healthcheck, is the session's to decide. */
export const handleEvent = (
  services: GlobalServices,
  event: Exclude<GlobalServerEvent, { readonly type: "goodbye" | "healthcheck" }>
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
  }
}
