import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

/** Host, as the sockets show it. */
interface Host {
  /** Teams whose last dial has failed. */
  readonly failing: Set<TeamId>
  connected: number
  /** Time since when most dials have failed: its circuit is open, and one canary a second is all that may be dialled. */
  openSince: number | undefined
  /** Number of dials since then. */
  dials: number
  /** Times at which the latest dials got through. */
  gotThrough: Array<number>
  /** Number of those that got through shortly before the circuit opened. */
  before: number
}

/**
 * Invariant 6, while most dials to a host fail: one canary a second. In doubt the fleet is right: it may know of a reason to
 * dial that the sockets do not show, but not of a reason for all.
 */
export const canaries = (checker: Checker): Observer => {
  const { guarantees, time } = checker
  const hosts = new Map<string, Host>()

  const of = ({ host }: CheckedConnection): Host => {
    const known = hosts.get(host)
    if (known !== undefined) return known
    const fresh: Host = { failing: new Set(), connected: 0, openSince: undefined, dials: 0, gotThrough: [], before: 0 }
    hosts.set(host, fresh)
    return fresh
  }

  const mostFail = ({ connected, failing }: Host) =>
    failing.size >= guarantees.fewestFailing && failing.size > connected

  const close = (host: Host) => {
    host.openSince = undefined
    host.failing.clear()
  }

  const forget = (id: TeamId) => {
    for (const host of hosts.values()) {
      if (host.failing.delete(id) && host.openSince !== undefined && !mostFail(host)) close(host)
    }
  }

  return {
    onDial: (dial) => {
      const host = of(dial)
      // At the instant at which the circuit opens, some are on their way.
      if (dial.team === undefined || host.openSince === undefined || host.openSince === time.now()) return
      host.dials++
      const seconds = (time.now() - host.openSince) / 1_000
      if (host.dials > guarantees.canaries(seconds, host.before)) {
        checker.violated(
          "budget",
          `${host.dials} dials in ${seconds} s in which most dials to ${dial.host} have failed`
        )
      }
    },
    onOpened: (connection) => {
      // A new Global connection lets a canary go; and one that gets through anywhere closes the circuit that it was let by.
      if (connection.team === undefined) for (const host of hosts.values()) host.dials--
      else {
        for (const host of hosts.values()) if (host.openSince !== undefined) close(host)
        const host = of(connection)
        host.connected++
        host.gotThrough.push(time.now())
        forget(connection.team)
      }
    },
    onEnded: (connection) => {
      const { openedAt, generation, team } = connection
      if (team === undefined) return
      const host = of(connection)
      if (openedAt !== undefined) {
        host.connected--
        return
      }
      const { generation: current, wanted } = checker.model.team(team)
      if (!wanted || generation !== current) return
      if (!host.failing.has(team)) forget(team)
      host.failing.add(team)
      if (host.openSince !== undefined || !mostFail(host)) return
      host.openSince = time.now()
      host.gotThrough = host.gotThrough.filter((at) => at >= time.now() - guarantees.attempt)
      host.before = host.gotThrough.length
      host.dials = 0
    },
    onLeft: ({ id }) => forget(id)
  }
}
