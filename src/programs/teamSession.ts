import { Clock, Effect } from "effect"
import { HostCircuit } from "../services/HostCircuit.ts"
import { Offers } from "../services/Offers.ts"
import { Settings } from "../services/Settings.ts"
import { Stats } from "../services/Stats.ts"
import { type Membership, TeamRegistry } from "../services/TeamRegistry.ts"
import { SessionEnded } from "./ladder.ts"
import { attempt, failed, guard, reconnect } from "./teamLadder.ts"
import type { Ending, TeamLink } from "./teamLink.ts"
import { hangUp, type Stay } from "./teamStay.ts"

const reasonOf = (ending: Exclude<Ending, { readonly _tag: "Left" }>): string =>
  ending._tag === "Dead" ? "the peer is dead: it has been silent for too long" : `closed with code ${ending.code}`

/** Clears up after a connection, and tells the ladder how it ended. */
const endSession = Effect.fnUntraced(function* (stay: Stay, ending: Ending) {
  const stats = yield* Stats
  const { stableAfter } = yield* Settings
  const { state } = stay.team
  if (ending._tag === "Left") {
    // Interrupts this fiber, which then hangs up.
    yield* (yield* TeamRegistry).leave(stay.team.id)
    return yield* Effect.never
  }
  yield* hangUp(stay)
  stats.tally(ending._tag === "Dead" ? "connection.dead" : "connection.dropped")
  const stable = state._tag === "Open" && (yield* Clock.currentTimeMillis) - state.since >= stableAfter
  const reason = reasonOf(ending)
  const code = ending._tag === "Closed" ? ending.code : undefined
  return yield* stable ? new SessionEnded({ failures: 0, reason, code }) : failed(stay, reason, code)
})

/** Waits for the end of a connection that is up, reconnects, and so on for ever. Here a fiber is parked, so it is kept lean. */
const stayConnected = (
  stay: Stay,
  link: TeamLink
): Effect.Effect<never, never, Effect.Services<ReturnType<typeof endSession | typeof reconnect>>> =>
  Effect.flatMap(link.ended, (ending) =>
    endSession(stay, ending).pipe(
      guard(stay),
      Effect.catch((ended) => reconnect(stay, ended)),
      Effect.flatMap((next) => stayConnected(stay, next))
    )
  )

/** What is held for a team before its stay has begun: the offers that came with its join. */
export const missStay = ({ team }: Membership) => Offers.use((offers) => offers.drop(team.id))

const endStay = Effect.fnUntraced(function* (stay: Stay) {
  yield* hangUp(stay)
  yield* missStay(stay)
  yield* (yield* HostCircuit).forget(stay.team.id)
})

/** Keeps one team connected for one stay, for ever: sessions one after the other, with the waits of the ladder between. */
export const keepConnected = ({ generation, team }: Membership) =>
  Effect.suspend(() => {
    const stay: Stay = { team, generation, failures: 0, link: undefined }
    // Suspended, because what is parked holds the effect that it runs: the first attempt would stay in memory.
    const life = Effect.suspend(() =>
      attempt(stay).pipe(
        Effect.catch((ended) => reconnect(stay, ended)),
        Effect.flatMap((link) => stayConnected(stay, link))
      )
    )
    return Effect.onExit(life, () => endStay(stay))
  })
