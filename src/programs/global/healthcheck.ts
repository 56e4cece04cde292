import { Effect } from "effect"
import { health, writeHealth } from "../../services/health.ts"
import { refusalOf } from "../../services/HealthAnswers.ts"
import type { Connection } from "../../services/Socket.ts"
import type { GlobalServices } from "./services.ts"

/** The last part of the time within which an answer must be taken: it is waited for by itself. */
const lastPart = 0.1

/**
 * Answers so many healthchecks that have come, by one look at the fleet, which is written down once. Others have their turn
 * between two answers, so that thousands of them hold up nothing else. A peer that does not take an answer within the pong
 * timeout is dropped, as one that does not read. An answer that cannot be written is told, and the rest goes on. Rule:
 * protocol row 16.
 */
export const answerHealthchecks = Effect.fnUntraced(
  function* (
    services: Pick<GlobalServices, "answers" | "ledger" | "registry" | "settings" | "stats" | "throttle">,
    connection: Pick<Connection, "send">,
    peer: { readonly dropUnread: () => void },
    count: number,
    encode?: Parameters<typeof writeHealth>[1]
  ) {
    if (count === 0) return
    const { answers, ledger, registry, settings, stats, throttle } = services
    const teams = health(registry)
    const answer = writeHealth(teams, encode)
    if (answer === undefined) {
      stats.tally("healthcheck.unwritten", count)
      answers.tooLong(teams.length)
      return yield* throttle.warn("healthcheck unwritten", refusalOf(answers) ?? "")
    }
    // In two parts: after a stall of our own, in which nothing can be seen to be taken, there is time to see it yet.
    const last = settings.pongTimeout * lastPart
    const patience = Effect.andThen(Effect.sleep(settings.pongTimeout - last), Effect.sleep(last))
    // So that no count that was told goes back, whatever becomes of this process.
    yield* ledger.flush
    for (let n = 0; n < count; n++) {
      if (n > 0) yield* Effect.yieldNow
      const taken = yield* Effect.raceFirst(Effect.as(connection.send(answer), true), Effect.as(patience, false))
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
