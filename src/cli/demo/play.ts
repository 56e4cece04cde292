import { Data, Effect, Layer, Random } from "effect"
import type { AdminUnavailable } from "../../admin/AdminServer.ts"
import { DrainSwitch } from "../../admin/DrainSwitch.ts"
import type { AdminPlan } from "../../main/admin.ts"
import { fleetLayer } from "../../main/operatedFleet.ts"
import type { BadVariable } from "../../observe/telemetrySettings.ts"
import { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import type { ListenError } from "../../rehearsal/ws/ListenError.ts"
import { layerServer } from "../../rehearsal/ws/RehearsalServer.ts"
import { check } from "../../services/Settings.ts"
import { print, type Screen } from "../terminal/Screen.ts"
import { Narrator } from "./Narrator.ts"
import { tellStory } from "./story.ts"
import { demandAgreement, type TalliesDiffer } from "./tally.ts"
import { tallyTable } from "./tallyTable.ts"
import { watchBoard } from "./watchBoard.ts"

/** Checks settings of a fleet that heals within seconds, so that a short story has time for it. */
const settingsFor = (url: string) =>
  check({
    url,
    pingInterval: "600 millis",
    pongTimeout: "400 millis",
    connectTimeout: "2 seconds",
    drainTimeout: "2 seconds",
    backoffBase: "200 millis",
    backoffCap: "2 seconds"
  })

/** A server, and a fleet that dials it. */
const serverAndFleet = (admin: AdminPlan | undefined) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { globalUrl } = yield* Rehearsal
      const { tell } = yield* Narrator
      const settings = yield* Effect.orDie(Effect.fromResult(settingsFor(globalUrl)))
      return fleetLayer({ settings, admin, announce: (address) => tell(`Watch it on the deck: ${address}`) })
    })
  ).pipe(Layer.provideMerge(layerServer()))

/** Failure of a demo that an operator drained before its end. */
export class Drained extends Data.TaggedError("Drained")<{}> {
  override get message() {
    return "drained by an operator before the end"
  }
}

const drained = DrainSwitch.use(({ pulled }) => Effect.andThen(pulled, Effect.fail(new Drained())))

/** Size and seed of a demo, and its admin surface. `duration` is in milliseconds. */
export interface DemoOptions {
  readonly teams: number
  readonly duration: number
  readonly seed: string
  readonly admin: AdminPlan | undefined
}

/** Plays the demo, and prints the tallies side by side. Fails if they differ. */
export const play = ({
  admin,
  duration,
  seed,
  teams
}: DemoOptions): Effect.Effect<void, AdminUnavailable | BadVariable | Drained | TalliesDiffer | ListenError, Screen> =>
  Effect.gen(function* () {
    const rows = yield* Effect.gen(function* () {
      yield* Effect.forkScoped(watchBoard)
      return yield* Effect.raceFirst(tellStory({ teams, duration }), drained)
    }).pipe(Effect.scoped, Effect.provide(serverAndFleet(admin)))
    yield* print(["", ...tallyTable(rows), ""])
    yield* demandAgreement(rows)
    yield* print(["Server and fleet agree: nothing was lost, and nothing was counted twice."])
    yield* print(["For a server of yours: botswain run --url wss://… (or npm start -- run …)"])
  }).pipe(
    // Its settings name no file that could be missing, and it has no journal.
    Effect.catchTag(["BadSetting", "JournalFailed"], Effect.die),
    Effect.provide(Narrator.layer),
    Random.withSeed(seed)
  )
