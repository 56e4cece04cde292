import { Effect } from "effect"
import type { Rehearsal } from "../Rehearsal.ts"
import type { Platform } from "./Platform.ts"

/** Verbs that read the server's state, or wait for one. */
export const watchVerbs = (platform: Platform): Pick<Rehearsal["Service"], "state" | "awaitState" | "settle"> => ({
  state: platform.act(() => platform.state),
  awaitState: (predicate) =>
    Effect.as(
      platform.changes.until(() => predicate(platform.state)),
      platform.state
    ),
  settle: Effect.andThen(
    platform.catchUp,
    Effect.callback<void>((resume) => {
      const sockets = platform.everyTeamSocket().filter((socket) => !socket.muted)
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
