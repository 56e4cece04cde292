import type { Violation } from "../../src/services/Violation.ts"
import type { Agreed } from "./agreed.ts"

/** The agreed difference between the rule that we name and the one that `ws` names, if it is one. */
export const agreedRule = (ours: Violation, theirs: Violation): Agreed | undefined => {
  if (ours === "mask") return "the mask is looked at first"
  if (ours === "fragmentation" && theirs === "opcode") return "fragmentation has its own name"
  if (ours === "close-frame" && theirs === "control-frame") return "a close frame of one byte is a bad code"
  return undefined
}
