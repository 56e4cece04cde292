import { GlobalClientCodec } from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

/** Failed attempts of a team, as far as the sockets show: the fleet knows of these and more. */
interface Attempts {
  readonly generation: number
  failures: number
  /** Time of the last failure, until the next attempt begins. */
  failedAt: number | undefined
  /** True once something may have ended its slow wait: a join, an offer, a new Global connection, a circuit that closes. */
  woken: boolean
}

/** Invariant 2, from below: a team that fails is not tried sooner than the back-off says. */
export const backoff = (checker: Checker): Observer => {
  const { guarantees, settings, time } = checker
  const attempts = new Map<TeamId, Attempts>()
  /** Teams with a failure: the host's circuit may be open if they are enough. */
  const failing = new Set<TeamId>()
  /** Teams of these that nothing has woken since. */
  const asleep = new Set<TeamId>()

  const of = (id: TeamId): Attempts => {
    const { generation } = checker.model.team(id)
    const known = attempts.get(id)
    if (known?.generation === generation) return known
    const fresh = { generation, failures: 0, failedAt: undefined, woken: false }
    attempts.set(id, fresh)
    failing.delete(id)
    return fresh
  }

  const isStable = ({ endedAt = 0, openedAt }: CheckedConnection): boolean =>
    openedAt !== undefined && endedAt - openedAt >= settings.stableAfter

  /** Wakes the others when a team gets through, which may close a circuit. */
  const mayClose = () => {
    if (failing.size < guarantees.fewestFailing) return
    for (const id of asleep) of(id).woken = true
    asleep.clear()
  }

  const begin = (id: TeamId) => {
    const known = of(id)
    if (known.failedAt === undefined) return
    const waited = time.now() - known.failedAt
    known.failedAt = undefined
    const isSlow = known.failures >= settings.slowAfter
    // The fleet may know of more failures than the sockets show, and so be in slow retry, and be woken from it.
    const bound = known.woken ? 0 : isSlow ? guarantees.shortestSlowWait : guarantees.shortestWait
    if (waited < bound) {
      checker.violated("connected", `team ${JSON.stringify(id)} is tried ${waited} ms after failure ${known.failures}`)
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
      if (connection.team === undefined || connection.generation !== checker.model.team(connection.team).generation)
        return
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
