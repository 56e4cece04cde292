import { Data, Effect } from "effect"

/**
 * Refusal of a sink. `busy`: it takes nothing at this moment. `failed`: what was offered is lost, but later it may take more;
 * a disk that is full. `gone`: there is nobody any more who could take anything.
 */
export class Refusal extends Data.TaggedError("Refusal")<{ readonly kind: "busy" | "failed" | "gone" }> {}

/** Code of an error of Node's. */
export const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined

/** Sink of bytes, which never holds up the process: writing to it either ends at once, or waits without a thread's help. */
export interface Sink {
  /** Writes as many of the bytes as there is room for, and gives how many; fails where it takes none. */
  readonly write: (bytes: Uint8Array) => Effect.Effect<number, Refusal>
}

const busy: ReadonlySet<unknown> = new Set(["EAGAIN", "EWOULDBLOCK", "EINTR"])
const gone: ReadonlySet<unknown> = new Set([
  "EPIPE",
  "ECONNRESET",
  "EBADF",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END"
])

/** Reads an error of Node's. */
export const refusalOf = (error: unknown): Refusal => {
  const code = codeOf(error)
  return new Refusal({ kind: busy.has(code) ? "busy" : gone.has(code) ? "gone" : "failed" })
}
