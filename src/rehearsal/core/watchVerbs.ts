import { Effect } from "effect"
import type { Rehearsal } from "../Rehearsal.ts"
import type { Platform } from "./Platform.ts"

/** What the server knows, and waiting for it. */
export const watchVerbs = (core: Platform): Pick<Rehearsal["Service"], "state" | "awaitState" | "settle"> => ({
  state: core.act(() => core.ledger),
  awaitState: (predicate) =>
    Effect.as(
      core.changes.until(() => predicate(core.ledger)),
      core.ledger
    ),
  settle: Effect.andThen(
    core.catchUp,
    Effect.callback<void>((resume) => {
      const sockets = core.everyTeamSocket().filter((socket) => !socket.muted)
      let unread = sockets.length
      if (unread === 0) return resume(Effect.void)
      for (const socket of sockets) {
        socket.settle(() => {
          unread--
          if (unread === 0) resume(Effect.void)
        })
      }
    })
  )
})
