import { GlobalClientCodec } from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Observer, Checker } from "../checker/Checker.ts"

/** Attempts that have failed, as far as the sockets show: the fleet knows of these and more. */
interface Attempts {
  readonly stay: number
  failures: number
  /** When the last one failed, until the next begins. */
  failedAt: number | undefined
  /** A join, an offer, a new Global connection or a circuit that closes may end the wait in the slow lane. */
  woken: boolean
}

/** Invariant 2, from below: a team that fails is not tried sooner than the ladder says. */
export const ladder = (watch: Checker): Observer => {
  const { bounds, settings, time } = watch
  const attempts = new Map<TeamId, Attempts>()
  /** Those with a failure: the host's circuit may be open if they are enough. */
  const failing = new Set<TeamId>()
  /** Those of them that nothing has woken since. */
  const asleep = new Set<TeamId>()

  const of = (id: TeamId): Attempts => {
    const { stay } = watch.model.team(id)
    const known = attempts.get(id)
    if (known?.stay === stay) return known
    const fresh = { stay, failures: 0, failedAt: undefined, woken: false }
    attempts.set(id, fresh)
    failing.delete(id)
    return fresh
  }

  const isStable = ({ endedAt = 0, openedAt }: CheckedConnection): boolean =>
    openedAt !== undefined && endedAt - openedAt >= settings.stableAfter

  /** A circuit closes when a team gets through: it wakes the others. */
  const mayClose = () => {
    if (failing.size < bounds.fewestFailing) return
    for (const id of asleep) of(id).woken = true
    asleep.clear()
  }

  const begin = (id: TeamId) => {
    const known = of(id)
    if (known.failedAt === undefined) return
    const waited = time.now() - known.failedAt
    known.failedAt = undefined
    const isSlow = known.failures >= settings.slowAfter
    // The fleet may know of more failures than the sockets show, and so be in the slow lane, and be woken from it.
    const bound = known.woken ? 0 : isSlow ? bounds.shortestSlowWait : bounds.shortestWait
    if (waited < bound) {
      watch.violated("connected", `team ${JSON.stringify(id)} is tried ${waited} ms after failure ${known.failures}`)
    }
  }

  return {
    onDial: ({ team }) => {
      if (team !== undefined) begin(team)
    },
    onSend: (connection, frame) => {
      if (connection.team !== undefined) return
      const sent = GlobalClientCodec.decode(frame)
      if (sent._tag === "Event" && sent.event.type === "team.connect") begin(sent.event.team_id)
    },
    onEnded: (connection) => {
      if (connection.team === undefined || connection.stay !== watch.model.team(connection.team).stay) return
      const known = of(connection.team)
      known.woken = false
      known.failures = isStable(connection) ? 0 : known.failures + 1
      known.failedAt = known.failures === 0 ? undefined : time.now()
      if (known.failures === 0) failing.delete(connection.team)
      else {
        failing.add(connection.team)
        asleep.add(connection.team)
      }
    },
    onOpened: ({ team }) => {
      if (team !== undefined) mayClose()
      else for (const known of attempts.values()) known.woken = true
    },
    onGlobalFrame: (_, event) => {
      if (event?.type === "team.join" || event?.type === "team.connect") of(event.team_id).woken = true
    }
  }
}
