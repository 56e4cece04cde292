import { ledgerTrouble, type LedgerView } from "../services/ledger/Ledger.ts"
import type { StateView } from "./api/FleetView.ts"

/** Looks at what is kept beyond the end of the process, at one instant; `null` where nothing is. */
export const stateView = (view: LedgerView): StateView | null => {
  const { flushedAt, kind, unwritten } = view
  return kind === "none"
    ? null
    : {
        kind,
        reason: view.trouble?.failure.reason ?? null,
        trouble: ledgerTrouble(view) ?? null,
        unwritten,
        flushedAt: flushedAt ?? null
      }
}
