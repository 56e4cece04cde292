import { Effect, Layer, Random } from "effect"
import { DrainSwitch } from "../../admin/DrainSwitch.ts"
import type { AdminPlan } from "../../main/admin.ts"
import type { JournalStore } from "../../main/journals.ts"
import { fleetLayer } from "../../main/operatedFleet.ts"
import { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import { layerServer } from "../../rehearsal/ws/RehearsalServer.ts"
import { Fleet } from "../../services/Fleet.ts"
import { check } from "../../services/Settings.ts"
import { print } from "../terminal/Screen.ts"
import { tellApart } from "./apart.ts"
import { Drained } from "./Drained.ts"
import { Narrator } from "./Narrator.ts"
import { pace } from "./pace.ts"
import { type StoryOptions, tellStory } from "./story.ts"
import { demandAgreement } from "./tally.ts"
import { tallyTable } from "./tallyTable.ts"
import { watchBoard } from "./watchBoard.ts"

/** A server, and a fleet that dials it. */
const serverAndFleet = (admin: AdminPlan | undefined) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { globalUrl } = yield* Rehearsal
      const { tell } = yield* Narrator
      const settings = yield* Effect.orDie(Effect.fromResult(check({ url: globalUrl, ...pace })))
      return fleetLayer({ settings, admin, announce: (address) => tell(`Watch it on the deck: ${address}`) })
    })
  ).pipe(Layer.provideMerge(layerServer()))

const drained = DrainSwitch.use(({ pulled }) => Effect.andThen(pulled, Effect.fail(new Drained())))

/** Tells the story of a fleet in this process. */
const tellHere = (admin: AdminPlan | undefined, options: StoryOptions) =>
  Effect.gen(function* () {
    const { goodbye } = yield* Fleet
    yield* Effect.forkScoped(watchBoard)
    return yield* Effect.raceFirst(tellStory(options, { goodbye }), drained)
  }).pipe(Effect.scoped, Effect.provide(serverAndFleet(admin)))

/**
 * Size and seed of a demo, its admin surface, and what keeps its state where it is killed in the middle. `duration` is in
 * milliseconds.
 */
export interface DemoOptions {
  readonly teams: number
  readonly duration: number
  readonly seed: string
  readonly admin: AdminPlan | undefined
  readonly state: JournalStore | undefined
}

/** Plays the demo, and prints the tallies side by side. Fails if they differ. */
export const play = ({ admin, duration, seed, state, teams }: DemoOptions) =>
  Effect.gen(function* () {
    const story = { teams, duration }
    const rows =
      state === undefined
        ? yield* tellHere(admin, story)
        : yield* Effect.provide(tellApart(state, admin, story), layerServer())
    yield* print(["", ...tallyTable(rows), ""])
    yield* demandAgreement(rows)
    yield* print(["Server and fleet agree: nothing was lost, and nothing was counted twice."])
    yield* print(["For a server of yours: botswain run --url wss://… (or npm start -- run …)"])
  }).pipe(
    // Its settings name no file that could be missing, and a fleet in this process has no journal.
    Effect.catchTag(["BadSetting", "JournalFailed"], Effect.die),
    Effect.provide(Narrator.layer),
    Random.withSeed(seed)
  )
