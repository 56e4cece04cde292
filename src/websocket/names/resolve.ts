import { isIP } from "node:net"
import { Effect, Exit, Result } from "effect"
import { type DialError, noAddress } from "../../services/DialError.ts"
import type { Endpoint } from "../../wire/Endpoint.ts"
import type { Names } from "./Names.ts"

/** Makes `resolve` of a Socket. What is known is given as an `Exit`, so that the caller can tell that there is nothing to wait for. A question waits for the connect timeout at most; the look-up may go on for others. */
export const resolveBy =
  (names: Names, connectTimeout: number) =>
  ({ hostname }: Endpoint, urgent = false): Effect.Effect<ReadonlyArray<string>, DialError> => {
    if (isIP(hostname) !== 0) return Exit.succeed([hostname])
    const known = names.recall(hostname, urgent)
    if (known !== undefined) return Result.isSuccess(known) ? Exit.succeed(known.success) : Exit.fail(known.failure)
    return Effect.callback<ReadonlyArray<string>, DialError>((resume) => {
      const takeBack = names.ask(hostname, urgent, (answer) => resume(Effect.fromResult(answer)))
      return Effect.sync(takeBack)
    }).pipe(
      Effect.timeoutOrElse({
        duration: connectTimeout,
        orElse: () => Effect.fail(noAddress(hostname, connectTimeout))
      })
    )
  }
