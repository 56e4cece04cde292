import { Data, Duration, Effect, Option } from "effect"
import { chatter, type ChatterOptions } from "../../rehearsal/chatter.ts"
import { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import { layerServer } from "../../rehearsal/ws/RehearsalServer.ts"
import { compare } from "../demo/tally.ts"
import { tallyTable } from "../demo/tallyTable.ts"
import { exitWithin, Host } from "../Host.ts"
import { counted } from "../terminal/format.ts"
import { print, type Screen } from "../terminal/Screen.ts"
import { serverTable } from "./serverTable.ts"
import { watchServer } from "./watchServer.ts"

/** Address of a rehearsal server, and what its teams say. */
export interface ServeOptions extends ChatterOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
}

/** Failure to listen at the address that was given. */
export class CannotListen extends Data.TaggedError("CannotListen")<{ readonly where: string; readonly code: string }> {
  override get message() {
    return `cannot listen on ${this.where}: ${this.code === "EADDRINUSE" ? "the port is taken" : this.code}`
  }
}

/** Time for a client to answer a last healthcheck. */
const answerTimeout = Duration.seconds(2)
/** Time that the end may take beyond that, before the process is ended as it is. */
const gracePeriod = Duration.seconds(4)
/** Time for a client to close its connections after the goodbye. */
const closeTimeout = Duration.seconds(5)

/** Runs a rehearsal server until a signal comes; then says goodbye to the client and prints the tally. */
export const serve = ({ host, port, ...talk }: ServeOptions): Effect.Effect<void, CannotListen, Host | Screen> =>
  Effect.gen(function* () {
    const { globalUrl } = yield* Rehearsal
    yield* print([
      `A rehearsal server with ${counted(talk.teams, "team")} listens on ${globalUrl}`,
      `Try a client on it:  botswain run --url ${globalUrl}`,
      "Ctrl-C says goodbye and shows the tally."
    ])
    const signal = yield* Effect.gen(function* () {
      yield* Effect.forkScoped(chatter(talk))
      yield* Effect.forkScoped(watchServer)
      return yield* (yield* Host).signal
    }).pipe(Effect.scoped)
    yield* exitWithin(
      Duration.sum(Duration.sum(answerTimeout, closeTimeout), gracePeriod),
      "the end hangs: ends as it is"
    )
    yield* Effect.logInfo(`${signal}: says goodbye; once more to end at once`)
    yield* farewell
  }).pipe(
    Effect.provide(layerServer({ host, port })),
    Effect.catchTag("ListenError", ({ code }) => new CannotListen({ where: `${host}:${port}`, code }))
  )

/** Says goodbye, and prints the tally: against the client's, if it answers a last healthcheck. */
const farewell = Effect.gen(function* () {
  const rehearsal = yield* Rehearsal
  const answer = yield* Effect.andThen(rehearsal.settle, rehearsal.healthcheck).pipe(
    Effect.timeoutOption(answerTimeout),
    Effect.orElseSucceed(() => Option.none())
  )
  const state = yield* rehearsal.state
  const table = Option.match(answer, {
    onSome: (health) => tallyTable(compare(state, health)),
    onNone: () => serverTable(state)
  })
  yield* rehearsal.goodbye
  yield* Effect.timeoutOption(
    rehearsal.awaitState(({ global, openSockets }) => openSockets + global.openSockets === 0),
    closeTimeout
  )
  yield* print(["", ...table])
})
