import { DialError } from "../DialError.ts"
import type { GlobalDown } from "../GlobalLink.ts"
import type { AskFailed } from "../Offers.ts"
import type { DialOutcome } from "./policy/DialPolicy.ts"

/**
 * What an ask's failure says of how asks are answered; `undefined` for nothing. `isConfirmed`: false for a team of which the
 * platform may know nothing. To say so it has answered.
 */
export const askOutcome = (error: AskFailed | GlobalDown, isConfirmed: boolean): DialOutcome | undefined => {
  // A Global connection that is lost meanwhile says nothing of how asks are answered.
  if (error._tag === "GlobalDown") return undefined
  if (error.reason === "unanswered") return "timeout"
  return isConfirmed ? "refused" : "opened"
}

/** What a dial's failure says of its host; `undefined` for nothing. */
export const dialOutcome = (error: unknown): DialOutcome | undefined => {
  if (!(error instanceof DialError)) return undefined
  switch (error.reason) {
    case "local":
    case "timeout":
      return error.reason
    case "name":
    case "forbidden":
      return undefined
    case "refused":
    case "unreachable":
    case "protocol":
    case "proxy":
      return "refused"
  }
}
