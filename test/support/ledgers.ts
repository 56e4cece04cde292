import { JournalFailed } from "../../src/services/Journal.ts"
import type { LedgerView } from "../../src/services/ledger/Ledger.ts"

/** What a fleet tells of its journal that has none. */
export const withoutJournal: LedgerView = { kind: "none", trouble: undefined, unwritten: 0, flushedAt: undefined }

/** What a fleet tells that has all in a file. */
export const allWritten: LedgerView = { kind: "sqlite", trouble: undefined, unwritten: 0, flushedAt: 1_000 }

/** What a fleet tells whose disk has no room. */
export const diskFull: LedgerView = {
  kind: "sqlite",
  trouble: { failure: new JournalFailed({ reason: "full", detail: "there is no room on the disk" }), since: 2_000 },
  unwritten: 12,
  flushedAt: 1_000
}
