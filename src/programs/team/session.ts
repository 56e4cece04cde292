import { Clock, Effect } from "effect"
import { HostCircuit } from "../../services/dialing/HostCircuit.ts"
import { Offers } from "../../services/Offers.ts"
import { Settings } from "../../services/Settings.ts"
import { Stats } from "../../services/Stats.ts"
import { type Membership, TeamRegistry } from "../../services/TeamRegistry.ts"
import { SessionEnded } from "../backoff.ts"
import { failed, guard, makeAttempt, makeReconnect } from "./teamLadder.ts"
import type { Ending, TeamReceiver } from "./TeamReceiver.ts"
import { makeHangUp, type Stay } from "./teamStay.ts"

const reasonOf = (ending: Exclude<Ending, { readonly _tag: "Left" }>): string =>
  ending._tag === "Dead" ? "the peer is dead: it has been silent for too long" : `closed with code ${ending.code}`

/** Makes what clears up after a connection, and tells the ladder how it ended. */
const makeEndSession = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const stats = yield* Stats
  const { stableAfter } = yield* Settings
  const hangUp = yield* makeHangUp

  return Effect.fnUntraced(function* (stay: Stay, ending: Ending) {
    const { state } = stay.team
    if (ending._tag === "Left") {
      // Interrupts this fiber, which then hangs up.
      yield* registry.leave(stay.team.id)
      return yield* Effect.never
    }
    stats.tally(ending._tag === "Dead" ? "connection.dead" : "connection.dropped")
    yield* hangUp(stay)
    const stable = state._tag === "Open" && (yield* Clock.currentTimeMillis) - state.since >= stableAfter
    const reason = reasonOf(ending)
    const code = ending._tag === "Closed" ? ending.code : undefined
    return yield* Effect.fail(stable ? new SessionEnded({ failures: 0, reason, code }) : failed(stay, reason, code))
  })
})

/**
 * Makes what keeps one team connected for one stay, for ever: sessions one after the other, with the waits of the ladder
 * between.
 */
export const makeKeepConnected = Effect.gen(function* () {
  const offers = yield* Offers
  const circuit = yield* HostCircuit
  const attempt = yield* makeAttempt
  const reconnect = yield* makeReconnect
  const endSession = yield* makeEndSession
  const hangUp = yield* makeHangUp

  const afterEnd = (stay: Stay, ending: Ending): Effect.Effect<never> =>
    endSession(stay, ending).pipe(
      guard(stay),
      Effect.catch((ended) => reconnect(stay, ended)),
      Effect.flatMap((link) => stayConnected(stay, link))
    )

  /**
   * Waits for the end of a connection that is up, reconnects, and so on. Here a fiber is parked, so it has nothing else in
   * hand: a `flatMap` on an effect of the link's would hold four objects more.
   */
  const stayConnected = (stay: Stay, link: TeamReceiver): Effect.Effect<never> =>
    Effect.callback((resume) => link.whenEnded((ending) => resume(afterEnd(stay, ending))))

  const begin = (stay: Stay): Effect.Effect<never> =>
    attempt(stay).pipe(
      Effect.catch((ended) => reconnect(stay, ended)),
      Effect.flatMap((link) => stayConnected(stay, link))
    )

  /** Gives back what is held for a team before its stay has begun: the offers that came with its join. */
  const missStay = ({ team }: Membership) => offers.drop(team.id)

  const endStay = (stay: Stay) =>
    hangUp(stay).pipe(Effect.ensuring(missStay(stay)), Effect.ensuring(circuit.forget(stay.team.id)))

  const keepConnected = ({ generation, team }: Membership): Effect.Effect<never> => {
    const stay: Stay = { team, generation, failures: 0, link: undefined }
    // Suspended, because what is parked holds the effect that it runs: the first attempt would stay in memory.
    return Effect.onExit(
      Effect.suspend(() => begin(stay)),
      () => endStay(stay)
    )
  }
  return { keepConnected, missStay }
})
