import { Effect } from "effect"
import { HostCircuit } from "../../services/dialing/HostCircuit.ts"
import { KeepAlive } from "../../services/KeepAlive.ts"
import { Settings } from "../../services/Settings.ts"
import type { Membership } from "../../services/TeamRegistry.ts"
import type { TeamReceiver } from "./TeamReceiver.ts"

/**
 * What the fiber of a team holds through its stay. Whatever ends the fiber finds here what to hang up, so that it needs
 * no Scope: while the connection is up the fiber is parked in no Scope, Schedule, generator or context of its own,
 * because they weigh 8 KB a team.
 */
export interface Stay extends Membership {
  /** Sessions that have failed in a row. */
  failures: number
  /** The connection, from the first byte of its handshake on. */
  link: TeamReceiver | undefined
}

/** Makes what hangs up the connection of a stay, if there is one: whole or not at all, and within the drain time. */
export const makeHangUp = Effect.gen(function* () {
  const { drainTimeout } = yield* Settings
  const keepAlive = yield* KeepAlive
  const circuit = yield* HostCircuit

  return (stay: Stay): Effect.Effect<void> =>
    Effect.suspend(() => {
      const { link, team } = stay
      if (link === undefined) return Effect.void
      stay.link = undefined
      keepAlive.release(link)
      return Effect.andThen(circuit.lost(team.id), link.hangUp(drainTimeout))
    }).pipe(Effect.uninterruptible)
})

/** Names the team in what is logged. For what is logged only: a fiber with annotations has a context of its own. */
export const annotated = ({ generation, team }: Stay) => Effect.annotateLogs({ team: team.id, generation })
