import { layerServer, Rehearsal } from "botswain/rehearsal"
import { Effect, Schedule } from "effect"
import { type Cli, spawnCli } from "../cli/spawnCli.ts"

/** Teams of these runs. */
export const teams = [1, 2, 3, "ops"] as const

/** A platform that names no team again when Global comes back: what is wanted then is known from the state alone. */
export const forgetful = layerServer({ replayJoins: false })

/** Starts `botswain run` on the server with a state, and an admin surface on a free port. */
export const runOn = Effect.fnUntraced(function* (
  state: string,
  more: {
    readonly args?: ReadonlyArray<string>
    readonly variables?: Record<string, string>
    readonly largestFile?: number
  } = {}
) {
  const { globalUrl } = yield* Rehearsal
  const { args = [], largestFile, variables = {} } = more
  const words = ["run", "--url", globalUrl, "--admin", "127.0.0.1:0", "--backoff-base", "20 millis", ...args]
  return yield* spawnCli(
    words,
    { BOTSWAIN_STATE: state, ...variables },
    largestFile === undefined ? {} : { largestFile }
  )
})

/** Where the deck of a run is. */
export const originOf = (cli: Cli) =>
  Effect.map(cli.printed(/"address":"(http:\/\/127\.0\.0\.1:\d+)"/), ([, origin = ""]) => origin)

/** Reads from the admin surface of a run until the answer is as expected; dies after twenty seconds. */
export const readsUntil = Effect.fnUntraced(function* (
  cli: Cli,
  path: string,
  isSo: (answer: { readonly status: number; readonly text: string }) => boolean
) {
  const origin = yield* originOf(cli)
  const look = Effect.promise(async () => {
    const response = await fetch(origin + path)
    return { status: response.status, text: await response.text() }
  })
  return yield* Effect.repeat(look, { schedule: Schedule.spaced(50), until: isSo }).pipe(
    Effect.timeout("20 seconds"),
    Effect.orDie
  )
})

/** Joins the teams, and waits until all are connected. */
export const joinAll = Effect.gen(function* () {
  const server = yield* Rehearsal
  yield* Effect.forEach(teams, server.join)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === teams.length)
  return server
})

/** Kills a run with SIGKILL, and waits until the server has lost its sockets. */
export const killed = Effect.fnUntraced(function* (cli: Cli) {
  const server = yield* Rehearsal
  yield* cli.kill("SIGKILL")
  yield* cli.ended
  yield* server.awaitState(({ global, openSockets }) => openSockets + global.openSockets === 0)
})
