import { Context, Data, Duration, Effect, Runtime } from "effect"

/** Signal that asks the process to end. */
export type Signal = "SIGHUP" | "SIGINT" | "SIGTERM"

/** Process that commands run in. */
export class Host extends Context.Service<
  Host,
  {
    /** Waits for the first signal, which asks for an end in peace. The second ends the process at once. */
    readonly signal: Effect.Effect<Signal>
    /** Ends the process at once. */
    readonly exit: (code: number) => Effect.Effect<never>
  }
>()("botswain/cli/Host") {}

/** Ends the process with code 1 if it is still there after that time, whatever it waits for. Returns at once. */
export const exitWithin = (timeout: Duration.Input, why: string): Effect.Effect<void, never, Host> =>
  Host.use((host) =>
    Effect.logError(why).pipe(
      Effect.andThen(host.exit(1)),
      Effect.delay(timeout),
      Effect.forkDetach({ startImmediately: true }),
      Effect.asVoid
    )
  )

/** Exit codes of a process that a signal ended: 128 and the number of the signal, as shells have it. */
export const exitCodes: Readonly<Record<Signal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** Failure of a command that a signal ended before it was done. */
export class Stopped extends Data.TaggedError("Stopped")<{ readonly signal: Signal }> {
  override readonly [Runtime.errorExitCode] = exitCodes[this.signal]
  override get message() {
    return `stopped by ${this.signal} before the end`
  }
}

/** Time that a command may take to end on a signal. */
const gracePeriod = Duration.seconds(10)

/** Interrupts an effect, and fails, if a signal comes before it is done. */
export const orStopped = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | Stopped, R | Host> =>
  Effect.gen(function* () {
    const host = yield* Host
    const stopped = Effect.flatMap(host.signal, (signal) =>
      Effect.andThen(exitWithin(gracePeriod, "the end hangs: ends as it is"), Effect.fail(new Stopped({ signal })))
    )
    return yield* Effect.raceFirst(self, stopped)
  })
