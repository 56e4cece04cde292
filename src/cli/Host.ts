import { Context, Data, Duration, Effect, Runtime } from "effect"

/** A signal that asks the process to end. */
export type Signal = "SIGINT" | "SIGTERM"

/** The process that commands run in. */
export class Host extends Context.Service<
  Host,
  {
    /** Waits for the first SIGINT or SIGTERM: the ask to end in peace. The second ends the process at once. */
    readonly signal: Effect.Effect<Signal>
    /** Ends the process at once. */
    readonly exit: (code: number) => Effect.Effect<never>
  }
>()("botswain/cli/Host") {}

/** Ends the process with code 1 if it is still there after that time, whatever it waits for. Returns at once. */
export const exitWithin = (bound: Duration.Input, why: string): Effect.Effect<void, never, Host> =>
  Host.use((host) =>
    Effect.logError(why).pipe(
      Effect.andThen(host.exit(1)),
      Effect.delay(bound),
      Effect.forkDetach({ startImmediately: true }),
      Effect.asVoid
    )
  )

/** A signal came before a command was done. */
export class Stopped extends Data.TaggedError("Stopped")<{ readonly signal: Signal }> {
  override readonly [Runtime.errorExitCode] = this.signal === "SIGINT" ? 130 : 143
  override get message() {
    return `stopped by ${this.signal} before the end`
  }
}

/** What an end on a signal may take. */
const patience = Duration.seconds(10)

/** Ends an effect in peace, and fails, if a signal comes before it is done. */
export const orStopped = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | Stopped, R | Host> =>
  Effect.gen(function* () {
    const host = yield* Host
    const stopped = Effect.flatMap(host.signal, (signal) =>
      Effect.andThen(exitWithin(patience, "the end hangs: ends as it is"), Effect.fail(new Stopped({ signal })))
    )
    return yield* Effect.raceFirst(self, stopped)
  })
