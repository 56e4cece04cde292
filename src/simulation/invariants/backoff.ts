import { heldAfter } from "../../services/dialing/policy/tuning.ts"
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
  /** Host that its last connection was dialled to, and the time of that. */
  host: string
  dialledAt: number
  /** True once something may have ended its slow wait: a join, an offer, a new Global connection. */
  woken: boolean
}

/**
 * Milliseconds after which a first frame may still end waits at its host: a connection that others have died young of must prove
 * itself for ten seconds at the most, and a host that sheds load wakes teams for five seconds after that. And a second.
 */
const newsOfHost = 16_000

/** Invariant 2, from below: a team that fails is not tried sooner than the back-off says. */
export const backoff = (checker: Checker): Observer => {
  const { guarantees, settings, time } = checker
  const attempts = new Map<TeamId, Attempts>()
  /** When a team has last got through, by host. */
  const gotThrough = new Map<string, { readonly at: number; readonly activeTime: number }>()

  const of = (id: TeamId): Attempts => {
    const { generation } = checker.model.team(id)
    const known = attempts.get(id)
    if (known?.generation === generation) return known
    const fresh = { generation, failures: 0, failedAt: undefined, host: "", dialledAt: 0, woken: false }
    attempts.set(id, fresh)
    return fresh
  }

  /** Failures after the end of a connection: one more, unless it was stable, or has held and so keeps its team from the slow lane. */
  const failuresAfter = (failures: number, { endedAt = 0, openedAt = Infinity }: CheckedConnection): number => {
    const lived = endedAt - openedAt
    if (lived >= settings.stableAfter) return 0
    return lived >= heldAfter ? Math.min(failures + 1, settings.slowAfter - 1) : failures + 1
  }

  const begin = (id: TeamId) => {
    const known = of(id)
    const { failedAt } = known
    if (failedAt === undefined) return
    const waited = time.now() - failedAt
    const others = gotThrough.get(known.host)
    const hasNews =
      others !== undefined &&
      (others.at >= known.dialledAt - newsOfHost || checker.activeTime - others.activeTime <= waited + newsOfHost)
    known.failedAt = undefined
    const isSlow = known.failures >= settings.slowAfter
    // The fleet may know of more failures than the sockets show, and so be in slow retry, and be woken from it.
    const bound = known.woken || hasNews ? 0 : isSlow ? guarantees.shortestSlowWait : guarantees.shortestWait
    if (waited < bound && !checker.denials.takeRetry(id, failedAt)) {
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
      // What our own machine lacks is no failure: the team waits until it is there.
      if (connection.failure?.reason === "local") return
      const known = of(connection.team)
      known.woken = false
      known.host = connection.host
      known.dialledAt = connection.dialledAt
      known.failures = failuresAfter(known.failures, connection)
      known.failedAt = known.failures === 0 ? undefined : time.now()
    },
    onGreeted: ({ host, team }) => {
      if (team !== undefined) gotThrough.set(host, { at: time.now(), activeTime: checker.activeTime })
    },
    onOpened: ({ team }) => {
      if (team === undefined) for (const known of attempts.values()) known.woken = true
    },
    onGlobalFrame: (_, event) => {
      if (event?.type === "team.join" || event?.type === "team.connect") of(event.team_id).woken = true
    }
  }
}
