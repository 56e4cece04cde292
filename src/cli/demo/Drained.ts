import { Data } from "effect"

/** Failure of a demo that an operator drained before its end. */
export class Drained extends Data.TaggedError("Drained")<{}> {
  override get message() {
    return "drained by an operator before the end"
  }
}
