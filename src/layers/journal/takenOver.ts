import { JournalFailed } from "../../services/Journal.ts"

/** Failure of whoever had the journal, once another process has it. Final: what is written is refused from then on. */
export const takenOver = new JournalFailed({ reason: "taken over", detail: "another process has opened it since" })
