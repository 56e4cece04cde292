import { Clock, Effect, Fiber, Latch } from "effect"
import { chatter } from "../../rehearsal/chatter.ts"
import { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import { CloseCode } from "../../services/Socket.ts"
import { counted } from "../terminal/format.ts"
import { awaitOutcome, healTimeout } from "./await.ts"
import type { FleetProcess, FleetProcessEnded } from "./fleetProcess.ts"
import { Narrator } from "./Narrator.ts"
import { makePlan, type Plan } from "./plan.ts"
import * as Scenes from "./scenes.ts"
import { compare, type TallyRow } from "./tally.ts"

/** Scenes after the teams have joined, each with its beginning as a part of the whole time. */
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

/** Beginning of the scene in which the fleet's process is killed, as a part of the whole time. */
const killAt = 0.86
/** End of the talking, as a part of the whole time. */
const talkUntil = 0.95

/** Messages a second of one team, on average. */
const messagesPerTeam = 3

/** Size of a story. */
export interface StoryOptions {
  readonly teams: number
  /** Milliseconds. */
  readonly duration: number
}

/** Fleet of a story: waits until it has heard the server's goodbye, and is in a process of its own where that is killed. */
export interface StoryFleet {
  readonly goodbye: Effect.Effect<void>
  readonly process?: FleetProcess | undefined
}

/** Plays the story on a server and the fleet that is connected to it. Gives the server's tally beside the fleet's. */
export const tellStory = (
  { duration, teams }: StoryOptions,
  fleet: StoryFleet
): Effect.Effect<ReadonlyArray<TallyRow>, FleetProcessEnded, Narrator | Rehearsal> =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const mayTalk = yield* Latch.make(true)
    const clock = yield* Clock.Clock
    const began = clock.currentTimeMillisUnsafe()
    const until = (part: number) =>
      Effect.suspend(() => Effect.sleep(Math.max(0, began + part * duration - clock.currentTimeMillisUnsafe())))

    const plan = yield* makePlan(teams)
    yield* Scenes.open
    const talking = yield* Effect.forkChild(
      Effect.provideService(
        chatter({ teams, messagesPerSecond: teams * messagesPerTeam, leavesPerMinute: 0 }),
        Rehearsal,
        { ...rehearsal, say: (id, text) => Effect.andThen(mayTalk.await, rehearsal.say(id, text)) }
      )
    )
    yield* Scenes.join(plan)
    for (const [part, scene] of script(plan)) {
      yield* until(part)
      yield* scene
    }
    if (fleet.process !== undefined) {
      yield* until(killAt)
      yield* mayTalk.close
      yield* Scenes.killAndRestart(fleet.process)
      yield* mayTalk.open
    }
    yield* until(talkUntil)
    yield* Fiber.interrupt(talking)
    return yield* compareAndEnd(fleet.goodbye)
  })

/** Waits until all messages have been read, compares the tallies, and ends with the goodbye. */
const compareAndEnd = Effect.fnUntraced(function* (goodbye: Effect.Effect<void>) {
  const rehearsal = yield* Rehearsal
  const narrator = yield* Narrator
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
      good: (after) => `Botswain closed Global and ${counted(open.length, "team")} in peace, after ${after}.`,
      bad: "Not every connection was closed in peace"
    }
  )
  yield* Effect.timeoutOption(goodbye, healTimeout)
  return rows
})
