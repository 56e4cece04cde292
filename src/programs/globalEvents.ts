import { Data, Effect } from "effect"
import { LogThrottle } from "../services/LogThrottle.ts"
import { Offers } from "../services/Offers.ts"
import { Settings } from "../services/Settings.ts"
import type { Connection } from "../services/Socket.ts"
import { Stats } from "../services/Stats.ts"
import { isConnected, TeamRegistry } from "../services/TeamRegistry.ts"
import { GlobalClientCodec, type GlobalServerEvent } from "../wire/GlobalApi.ts"
import type { TeamId } from "../wire/TeamId.ts"
import { health } from "./healthcheck.ts"

/** The server has said goodbye. Rule: protocol row 9. */
export class Goodbye extends Data.TaggedError("Goodbye")<{}> {}

/** An offer, asked for or not. Rule: protocol rows 5 to 7. */
const receiveOffer = Effect.fnUntraced(function* (id: TeamId, url: string) {
  const registry = yield* TeamRegistry
  const offers = yield* Offers
  const stats = yield* Stats
  const team = registry.find(id)
  if (team === undefined) return stats.tally("offer.unknown-team")
  if (!team.wanted) return stats.tally("offer.after-left")
  if (yield* offers.answer(id, url)) return
  stats.tally("offer.not-asked")
  if (isConnected(team)) return
  yield* offers.keep(id, url)
  yield* registry.wake(id)
})

/** The server could not do what it was asked to. Rule: protocol row 21. */
const receiveError = Effect.fnUntraced(function* (id: TeamId | null | undefined) {
  const stats = yield* Stats
  stats.tally("global.error")
  const asked = id !== undefined && id !== null && (yield* (yield* Offers).refuse(id))
  yield* (yield* LogThrottle).warn("global error", "the server reported an error", { failedAsk: asked })
})

/** Rule: protocol row 16. A peer that does not take the answer in the time of a pong is dead. */
const answerHealthcheck = Effect.fnUntraced(function* (connection: Connection) {
  const stats = yield* Stats
  const { pongTimeout } = yield* Settings
  yield* connection.send(GlobalClientCodec.encode({ type: "healthcheck", stats: yield* health })).pipe(
    Effect.andThen(Effect.sync(() => stats.tally("healthcheck.answered"))),
    Effect.timeoutOrElse({ duration: pongTimeout, orElse: () => Effect.sync(() => connection.terminate()) }),
    // The connection has just been lost: there is nobody left to answer.
    Effect.catchTag("NotOpen", () => Effect.void)
  )
})

/** What each event of the Global API changes. */
export const handleGlobalEvent = (
  event: GlobalServerEvent,
  connection: Connection
): Effect.Effect<void, Goodbye, LogThrottle | Offers | Settings | Stats | TeamRegistry> => {
  switch (event.type) {
    case "hello":
      return Effect.logDebug("the server said hello")
    case "goodbye":
      return Effect.fail(new Goodbye())
    case "team.join":
      return TeamRegistry.use((registry) => registry.join(event.team_id))
    case "team.left":
      return TeamRegistry.use((registry) => registry.leave(event.team_id))
    case "team.connect":
      return receiveOffer(event.team_id, event.ws_url)
    case "error":
      return receiveError(event.team_id)
    case "healthcheck":
      return event.stats === undefined ? answerHealthcheck(connection) : Effect.void
  }
}
