import { Data } from "effect"

/** Failure to make a bot of a file. Says in one line what is wrong with it. */
export class BadBot extends Data.TaggedError("BadBot")<{ readonly file: string; readonly problem: string }> {
  override get message() {
    return `--bot ${this.file}: ${this.problem}`
  }
}
