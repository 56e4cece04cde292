import { Effect } from "effect"
import type { TeamSession } from "../../services/TeamRegistry.ts"
import type { TeamServices } from "./services.ts"

/** Closes a session's connection, if there is one. Uninterruptible; bounded by the drain timeout. */
export const hangUp = ({ keepAlive, settings }: TeamServices, session: TeamSession): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { connection } = session
    if (connection === undefined) return Effect.void
    session.connection = undefined
    keepAlive.release(connection)
    return connection.hangUp(settings.drainTimeout)
  }).pipe(Effect.uninterruptible)
