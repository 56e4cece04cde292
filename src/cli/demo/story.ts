import { Clock, Effect, Fiber } from "effect"
import { chatter } from "../../rehearsal/chatter.ts"
import { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import { Fleet } from "../../services/Fleet.ts"
import { CloseCode } from "../../services/Socket.ts"
import { counted } from "../terminal/format.ts"
import { awaitOutcome, patience } from "./await.ts"
import { Narrator } from "./Narrator.ts"
import { makePlan, type Plan } from "./plan.ts"
import * as Scenes from "./scenes.ts"
import { compare, type TallyRow } from "./tally.ts"

/** The scenes after the teams have joined, and when each begins: as a part of the whole time. */
const script = (plan: Plan) =>
  [
    [0.15, Scenes.loseSockets(plan)],
    [0.28, Scenes.goHalfOpen(plan)],
    [0.42, Scenes.leave(plan)],
    [0.5, Scenes.loseGlobal],
    [0.62, Scenes.healthcheck],
    [0.7, Scenes.rejoin(plan)],
    [0.78, Scenes.refuseDials(plan)]
  ] as const

/** When the talking ends and the tallies are compared. */
const reckoning = 0.95

/** Messages a second of one team, on average. */
const chattiness = 3

/** How much of a story it is. */
export interface StoryOptions {
  readonly teams: number
  /** Milliseconds. */
  readonly duration: number
}

/** Plays the whole scenario on a server and the fleet that is connected to it; gives the server's tally against the fleet's. */
export const tellStory = ({
  duration,
  teams
}: StoryOptions): Effect.Effect<ReadonlyArray<TallyRow>, never, Fleet | Narrator | Rehearsal> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const began = clock.currentTimeMillisUnsafe()
    const until = (part: number) =>
      Effect.suspend(() => Effect.sleep(Math.max(0, began + part * duration - clock.currentTimeMillisUnsafe())))

    const plan = yield* makePlan(teams)
    yield* Scenes.open
    const talking = yield* Effect.forkChild(
      chatter({ teams, messagesPerSecond: teams * chattiness, leavesPerMinute: 0 })
    )
    yield* Scenes.join(plan)
    for (const [part, scene] of script(plan)) {
      yield* until(part)
      yield* scene
    }
    yield* until(reckoning)
    yield* Fiber.interrupt(talking)
    return yield* reckon
  })

/** Waits until all that was said has been read, compares, and ends on goodbye. */
const reckon = Effect.gen(function* () {
  const rehearsal = yield* Rehearsal
  const narrator = yield* Narrator
  const fleet = yield* Fleet
  yield* narrator.tell("The teams fall silent. A last healthcheck, and the server's goodbye.")
  yield* rehearsal.settle
  const answer = yield* Effect.orElseSucceed(rehearsal.healthcheck, () => [])
  const rows = compare(yield* rehearsal.state, answer)
  const open = rows.filter(({ connected }) => connected.server).map(({ id }) => id)
  yield* rehearsal.goodbye
  yield* awaitOutcome(
    (state) =>
      state.openSockets + state.global.openSockets === 0 &&
      open.every((id) => state.team(id).closeCodes.at(-1) === CloseCode.normal),
    {
      well: (after) => `Botswain closed Global and ${counted(open.length, "team")} in peace, after ${after}.`,
      ill: "Not every connection was closed in peace"
    }
  )
  yield* Effect.timeoutOption(fleet.goodbye, patience)
  return rows
})
