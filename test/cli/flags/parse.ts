import { ConfigProvider, Effect, FileSystem, Layer, Path, Stdio, Terminal } from "effect"
import { CliConfig, CliOutput, Command, GlobalFlag } from "effect/cli"
import { ChildProcessSpawner } from "effect/process"
import { describeInvalid } from "../../../src/cli/flags/invalid.ts"

/** What effect/cli needs, where nothing of it is used. */
export const cliEnvironment = Layer.mergeAll(
  FileSystem.layerNoop({}),
  Path.layer,
  Stdio.layerTest({}),
  Layer.succeed(
    Terminal.Terminal,
    Terminal.make({
      columns: Effect.succeed(80),
      rows: Effect.succeed(24),
      size: Effect.die("no terminal"),
      readInput: Effect.die("no terminal"),
      readLine: Effect.die("no terminal"),
      display: () => Effect.void
    })
  ),
  Layer.mock(ChildProcessSpawner.ChildProcessSpawner, {})
)

/** What came of a command line: what its flags gave, or the line that says what is wrong with it. */
export type Outcome<A> = { readonly given: A } | { readonly problem: string }

/** Parses a command line of `botswain run`-like flags in an environment of these variables alone. */
export const parse = <const Flags extends Command.Command.Config>(
  flags: Flags,
  args: ReadonlyArray<string>,
  variables: Record<string, string> = {}
): Effect.Effect<Outcome<Command.Command.Config.Infer<Flags>>> =>
  Effect.gen(function* () {
    let outcome: Outcome<Command.Command.Config.Infer<Flags>> = { problem: "nothing was said" }
    const command = Command.make("run", flags, (given) => Effect.sync(() => void (outcome = { given })))
    yield* Effect.exit(
      Command.runWith(command, { version: "0.0.0" })(args).pipe(
        Effect.provideService(CliConfig.CliConfig, { builtIns: [GlobalFlag.Help] }),
        Effect.provideService(CliOutput.Presenter, {
          present: (event) =>
            Effect.sync(() => {
              const error = event._tag === "InvalidInvocation" ? event.errors[0] : undefined
              if (error !== undefined) outcome = { problem: describeInvalid(error, "botswain run") }
            })
        })
      )
    )
    return outcome
  }).pipe(
    Effect.provide(cliEnvironment),
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(variables))
  )

/** The problem of a command line that has one. */
export const problemOf = <A>(outcome: Outcome<A>): string => ("problem" in outcome ? outcome.problem : "none")
