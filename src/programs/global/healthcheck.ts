import { Effect } from "effect"
import type { Connection } from "../../services/Socket.ts"
import { isConnected, type TeamRegistry } from "../../services/TeamRegistry.ts"
import { GlobalClientCodec, type TeamHealth } from "../../wire/GlobalApi.ts"
import type { GlobalServices } from "./services.ts"

/** State of every team that has joined in this run, all at one instant. Rule: protocol rows 16 to 19. */
export const health = (registry: TeamRegistry["Service"]): ReadonlyArray<TeamHealth> =>
  registry.roster().map((team) => {
    const { messages, props } = team.counts
    return { id: team.id, connected: isConnected(team), message_count: messages, props_count: props }
  })

/**
 * Answers so many healthchecks that have come, by one look at the fleet, which is written down once. Others have their turn
 * between two answers, so that thousands of them hold up nothing else. A peer that does not take an answer within the pong
 * timeout is dropped, as one that does not read. Rule: protocol row 16.
 */
export const answerHealthchecks = Effect.fnUntraced(
  function* (
    services: Pick<GlobalServices, "answers" | "ledger" | "registry" | "settings" | "stats" | "throttle">,
    connection: Pick<Connection, "send">,
    peer: { readonly dropUnread: () => void },
    count: number
  ) {
    if (count === 0) return
    const { answers, ledger, registry, settings, stats, throttle } = services
    const answer = GlobalClientCodec.encode({ type: "healthcheck", stats: health(registry) })
    // So that no count that was told goes back, whatever becomes of this process.
    yield* ledger.flush
    for (let n = 0; n < count; n++) {
      if (n > 0) yield* Effect.yieldNow
      const taken = yield* Effect.as(connection.send(answer), true).pipe(
        Effect.timeoutOrElse({ duration: settings.pongTimeout, orElse: () => Effect.succeed(false) })
      )
      if (!taken) {
        peer.dropUnread()
        return yield* throttle.warn(
          "healthcheck not taken",
          "the server did not take an answer to a healthcheck within the pong timeout: the connection is dropped",
          { server: settings.endpoint.origin, characters: answer.length }
        )
      }
      stats.tally("healthcheck.answered")
    }
    answers.sent(answer.length)
  },
  // The connection has just been lost: there is nobody left to answer.
  Effect.catchTag("NotOpen", () => Effect.void)
)
