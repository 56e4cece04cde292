import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Observer, Checker } from "../checker/Checker.ts"

/** What the sockets show of a host. */
interface Host {
  /** Teams whose last dial has failed. */
  readonly failing: Set<TeamId>
  connected: number
  /** Since when most dials have failed, so that one canary a second is all that may be dialled. */
  stormSince: number | undefined
  dials: number
  /** When the latest dials got through. */
  gotThrough: Array<number>
  /** How many of them, shortly before the storm. */
  before: number
}

/**
 * Invariant 6, while most dials to a host fail. In doubt the fleet is right: it may know of a reason to dial that the
 * sockets do not show, but not of a reason for all.
 */
export const canaries = (watch: Checker): Observer => {
  const { bounds, time } = watch
  const hosts = new Map<string, Host>()

  const of = ({ host }: CheckedConnection): Host => {
    const known = hosts.get(host)
    if (known !== undefined) return known
    const fresh: Host = { failing: new Set(), connected: 0, stormSince: undefined, dials: 0, gotThrough: [], before: 0 }
    hosts.set(host, fresh)
    return fresh
  }

  const isStorm = ({ connected, failing }: Host) => failing.size >= bounds.fewestFailing && failing.size > connected

  const calmDown = (host: Host) => {
    host.stormSince = undefined
    host.failing.clear()
  }

  const forget = (id: TeamId) => {
    for (const host of hosts.values()) {
      if (host.failing.delete(id) && host.stormSince !== undefined && !isStorm(host)) calmDown(host)
    }
  }

  return {
    onDial: (dial) => {
      const host = of(dial)
      // At the instant at which the storm begins, some are on their way.
      if (dial.team === undefined || host.stormSince === undefined || host.stormSince === time.now()) return
      host.dials++
      const seconds = (time.now() - host.stormSince) / 1_000
      if (host.dials > bounds.canaries(seconds, host.before)) {
        watch.violated("budget", `${host.dials} dials in ${seconds} s in which most dials to ${dial.host} have failed`)
      }
    },
    onOpened: (connection) => {
      // A new Global connection lets a canary go; and one that gets through anywhere ends the storm that it was sent from.
      if (connection.team === undefined) for (const host of hosts.values()) host.dials--
      else {
        for (const host of hosts.values()) if (host.stormSince !== undefined) calmDown(host)
        const host = of(connection)
        host.connected++
        host.gotThrough.push(time.now())
        forget(connection.team)
      }
    },
    onEnded: (connection) => {
      const { openedAt, stay, team } = connection
      if (team === undefined) return
      const host = of(connection)
      if (openedAt !== undefined) {
        host.connected--
        return
      }
      const { stay: current, wanted } = watch.model.team(team)
      if (!wanted || stay !== current) return
      if (!host.failing.has(team)) forget(team)
      host.failing.add(team)
      if (host.stormSince !== undefined || !isStorm(host)) return
      host.stormSince = time.now()
      host.gotThrough = host.gotThrough.filter((at) => at >= time.now() - bounds.attempt)
      host.before = host.gotThrough.length
      host.dials = 0
    },
    onLeft: ({ id }) => forget(id)
  }
}
