/**
 * Botswain inside a larger app: a board of which teams give the most props, kept by a service of the app's own.
 * The app knows Botswain by three things: a Layer for the fleet, the Inbox that messages come from, and the registry.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Fleet, Inbox, layer as fleet, TeamRegistry } from "botswain"
import { Config, Context, Effect, Layer, Schedule, Stream } from "effect"

/** The app's own service: how often each team has given props. */
export class PraiseBoard extends Context.Service<
  PraiseBoard,
  {
    readonly add: (team: number | string) => Effect.Effect<void>
    readonly top: (count: number) => Effect.Effect<ReadonlyArray<readonly [team: number | string, props: number]>>
  }
>()("examples/praiseBoard/PraiseBoard") {
  static readonly layer = Layer.sync(PraiseBoard, () => {
    const board = new Map<number | string, number>()
    return {
      add: (team) => Effect.sync(() => void board.set(team, (board.get(team) ?? 0) + 1)),
      top: (count) =>
        Effect.sync(() =>
          Array.from(board)
            .sort(([, a], [, b]) => b - a)
            .slice(0, count)
        )
    }
  })
}

/** Reads what the teams say, for as long as the app lives. */
const readPraise = Effect.gen(function* () {
  const inbox = yield* Inbox
  const board = yield* PraiseBoard
  yield* inbox.messages.pipe(
    Stream.filter((message) => message.text.includes("props")),
    Stream.runForEach((message) => board.add(message.teamId))
  )
})

/** Tells when a team's connection comes up, as it happens. */
const watchTeams = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  yield* registry.changes.pipe(
    Stream.filter((change) => change.to._tag === "Open"),
    Stream.runForEach((change) => Effect.logInfo(`team ${change.id} is connected`))
  )
})

const printBoard = Effect.gen(function* () {
  const board = yield* PraiseBoard
  yield* Effect.logInfo("most props", yield* board.top(3))
})

/** The app: it needs a fleet, on whatever sockets, and ends when the server says goodbye. */
export const app = Effect.gen(function* () {
  yield* Effect.forkScoped(readPraise)
  yield* Effect.forkScoped(watchTeams)
  yield* Effect.forkScoped(Effect.repeat(printBoard, Schedule.spaced("10 seconds")))
  const { ended } = yield* Fleet
  yield* ended
  yield* printBoard
}).pipe(Effect.scoped)

if (import.meta.main) {
  const main = Effect.gen(function* () {
    const url = yield* Config.Redacted("BOTSWAIN_URL")
    yield* Effect.provide(app, [PraiseBoard.layer, fleet({ url, pingInterval: "10 seconds" })])
  })
  NodeRuntime.runMain(main)
}
