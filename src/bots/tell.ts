import { Effect } from "effect"
import type { Said } from "./protocol.ts"

/** Prints a line to one of the two streams. */
export type Print = (stream: "stdout" | "stderr", line: string) => void

/** Tells what a bot has said, as if it had said it in the fleet's process: prints it, or logs it by the fleet's logger. */
export const tell = (said: Said, print: Print): Effect.Effect<void> =>
  said._tag === "Printed"
    ? Effect.sync(() => print(said.stream, said.text))
    : Effect.annotateLogs(Effect.logWithLevel(said.level)(...said.message), said.annotations)
