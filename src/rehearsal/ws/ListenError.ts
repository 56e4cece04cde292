import { Data } from "effect"

/** The server cannot listen where it should. `code` is the operating system's, such as EADDRINUSE. */
export class ListenError extends Data.TaggedError("ListenError")<{ readonly code: string }> {
  override get message() {
    return `cannot listen: ${this.code}`
  }
}
