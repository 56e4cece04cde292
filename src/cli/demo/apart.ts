import { Data, Effect, Struct } from "effect"
import type { AdminPlan } from "../../main/admin.ts"
import { archiveIn, type JournalStore } from "../../main/journals.ts"
import { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import { JournalArchive } from "../../services/JournalArchive.ts"
import { addressText } from "../flags/address.ts"
import { flagOf } from "../flags/settings.ts"
import { nameOf } from "../flags/state.ts"
import { counted } from "../terminal/format.ts"
import { Drained } from "./Drained.ts"
import { type FleetCommand, makeFleetProcess } from "./fleetProcess.ts"
import { pace } from "./pace.ts"
import { type StoryOptions, tellStory } from "./story.ts"

/** Refusal of a state with teams in it: the demo would dial them, and count them. */
export class StateInUse extends Data.TaggedError("StateInUse")<{ readonly store: string; readonly teams: number }> {
  override get message() {
    return `--state ${this.store}: there are ${counted(this.teams, "team")} in it, which the demo would join; name a file that is not there yet`
  }
}

const demandEmpty = Effect.fnUntraced(function* (store: JournalStore) {
  const teams = yield* JournalArchive.use(({ summary }) => summary).pipe(
    Effect.provide(archiveIn(store)),
    Effect.map(({ departed, wanted }) => departed + wanted),
    // There is none yet; or it cannot be used, and then the fleet says so.
    Effect.orElseSucceed(() => 0)
  )
  if (teams > 0) return yield* new StateInUse({ store: nameOf(store), teams })
})

const adminArgs = (admin: AdminPlan | undefined): ReadonlyArray<string> => {
  if (admin === undefined) return ["--admin", "off"]
  return [
    ...(admin.source === undefined ? [] : ["--admin", addressText(admin)]),
    ...admin.names.flatMap((name) => ["--admin-host", name]),
    "--ready-share",
    `${Math.round(admin.readyShare * 100)}`
  ]
}

/** Command line of the fleet of the demo: what it is told, and nothing that is meant for others. */
const commandOf = (url: string, store: JournalStore, admin: AdminPlan | undefined): FleetCommand => ({
  args: [
    "run",
    "--url",
    url,
    "--log-format",
    "json",
    "--log-level",
    "info",
    ...(store.kind === "sqlite" ? ["--state", store.file] : []),
    ...Struct.keys(pace).flatMap((setting) => [flagOf(setting), pace[setting]]),
    ...adminArgs(admin)
  ],
  variables: {
    BOTSWAIN_STATE: store.kind === "postgres" ? store.url : undefined,
    BOTSWAIN_ADMIN_TOKEN: admin?.token
  }
})

/** Tells the story of a fleet in a process of its own, which is killed in the middle and goes on with the state that it has kept. */
export const tellApart = Effect.fnUntraced(function* (
  store: JournalStore,
  admin: AdminPlan | undefined,
  options: StoryOptions
) {
  yield* demandEmpty(store)
  const rehearsal = yield* Rehearsal
  const process = yield* makeFleetProcess(commandOf(rehearsal.globalUrl, store, admin))
  yield* process.start
  let isOver = false
  const goodbye = Effect.andThen(
    Effect.sync(() => void (isOver = true)),
    rehearsal.goodbye
  )
  const story = tellStory(options, { goodbye: Effect.ignore(process.ended), process })
  const drained = Effect.andThen(
    process.ended,
    Effect.suspend(() => (isOver ? Effect.never : Effect.fail(new Drained())))
  )
  return yield* Effect.raceFirst(Effect.provideService(story, Rehearsal, { ...rehearsal, goodbye }), drained)
}, Effect.scoped)
