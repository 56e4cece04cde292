import { isIP } from "node:net"
import { Effect } from "effect"
import { type DialError, noAddress } from "../../services/Socket.ts"
import type { Endpoint } from "../../wire/Endpoint.ts"
import type { Names } from "./Names.ts"

/** Makes `resolve` of a Socket. A question waits for the connect timeout at most; the look-up may go on for others. */
export const resolveBy =
  (names: Names, connectTimeout: number) =>
  ({ hostname }: Endpoint, urgent = false): Effect.Effect<ReadonlyArray<string>, DialError> =>
    Effect.suspend(() => {
      if (isIP(hostname) !== 0) return Effect.succeed([hostname])
      const known = names.recall(hostname, urgent)
      if (known !== undefined) return Effect.fromResult(known)
      return Effect.callback<ReadonlyArray<string>, DialError>((resume) => {
        const takeBack = names.ask(hostname, urgent, (answer) => resume(Effect.fromResult(answer)))
        return Effect.sync(takeBack)
      }).pipe(
        Effect.timeoutOrElse({
          duration: connectTimeout,
          orElse: () => Effect.fail(noAddress(hostname, connectTimeout))
        })
      )
    })
