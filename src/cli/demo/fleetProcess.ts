import { Data, Deferred, Effect, Exit, Fiber, type Redacted, Scope, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { Narrator } from "./Narrator.ts"

/** Failure of a fleet's process that has ended, though nobody here has killed it. */
export class FleetProcessEnded extends Data.TaggedError("FleetProcessEnded")<{ readonly why: string }> {
  override get message() {
    return this.why === "" ? "the process of the fleet has ended" : this.why
  }
}

/** Command line of a fleet in a process of its own: its arguments, and variables for what is secret. */
export interface FleetCommand {
  readonly args: ReadonlyArray<string>
  readonly variables: Readonly<Record<string, Redacted.Redacted | undefined>>
}

/** Fleet in a process of its own. */
export interface FleetProcess {
  /** Starts it, on what the one before has left. */
  readonly start: Effect.Effect<void, FleetProcessEnded>
  /** Kills it with SIGKILL: it does nothing more. */
  readonly kill: Effect.Effect<void>
  /** Waits until it has ended by itself, in peace. Fails where it ends otherwise. */
  readonly ended: Effect.Effect<void, FleetProcessEnded>
}

/** Variables of this process, without those that tell a fleet of something else than the demo's. */
const inherited = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(botswain_.*|https?_proxy)$/i.test(name)))

const problemMark = "botswain: "

/** Address of its deck, where a line of its log has it. */
const addressIn = (line: string): string | undefined => /"address":"(http:[^"]+)"/.exec(line)?.[1]

/** Makes a fleet in a process of its own, which is killed when the Scope closes. Tells where its deck is, once. */
export const makeFleetProcess = Effect.fnUntraced(function* ({ args, variables }: FleetCommand) {
  const { tell } = yield* Narrator
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const scope = yield* Effect.scope
  const end = yield* Deferred.make<void, FleetProcessEnded>()
  let running: Scope.Closeable | undefined
  let told: string | undefined

  /** Reads its log to the end. Gives the problem that it named last. */
  const readLog = Effect.fnUntraced(function* (child: ChildProcessSpawner.ChildProcessHandle) {
    let problem = ""
    yield* child.stderr.pipe(
      Stream.decodeText,
      Stream.splitLines,
      Stream.runForEach((line) => {
        if (line.startsWith(problemMark)) problem = line.slice(problemMark.length)
        const address = addressIn(line)
        if (address === undefined || address === told) return Effect.void
        told = address
        return tell(`Watch it on the deck: ${address}`)
      }),
      Effect.ignore
    )
    return problem
  })

  const command = ChildProcess.make(process.execPath, [...process.execArgv, process.argv[1] ?? "", ...args], {
    env: { ...inherited(), ...variables },
    stdin: "ignore",
    stdout: "ignore",
    killSignal: "SIGKILL"
  })

  const start = Effect.gen(function* () {
    const own = yield* Scope.fork(scope)
    const child = yield* command.pipe(
      Effect.provideService(ChildProcessSpawner.ChildProcessSpawner, spawner),
      Scope.provide(own),
      Effect.mapError(({ message }) => new FleetProcessEnded({ why: message }))
    )
    running = own
    const log = yield* Effect.forkIn(readLog(child), own)
    yield* Effect.gen(function* () {
      const code = yield* Effect.orElseSucceed(child.exitCode, () => 1)
      const why = yield* Fiber.join(log)
      if (running !== own) return
      if (code === 0) yield* Deferred.succeed(end, undefined)
      else yield* Deferred.fail(end, new FleetProcessEnded({ why }))
    }).pipe(Effect.forkIn(own))
  })

  const fleet: FleetProcess = {
    start,
    kill: Effect.suspend(() => {
      const killed = running
      running = undefined
      return killed === undefined ? Effect.void : Scope.close(killed, Exit.void)
    }),
    ended: Deferred.await(end)
  }
  return fleet
})
