import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Observer, Checker } from "../checker/Checker.ts"

/** A connection of a team that has left, and when it must have ended: in time that the fleet did not stand still. */
interface Leaving {
  readonly connection: CheckedConnection
  readonly by: number
}

/** Invariant 1. */
export const oneSocket = (watch: Checker): Observer => {
  let leaving: Array<Leaving> = []
  return {
    onDial: (dial) => {
      if (dial.team === undefined) return
      const team = watch.model.team(dial.team)
      if (!team.wanted) watch.violated("one-socket", `${dial.name} is dialled, and the team has left`)
      for (const other of team.connections) {
        watch.violated("one-socket", `${dial.name} is dialled, and ${other.name} has not ended`)
      }
    },
    onLeft: (team) => {
      const by = watch.awake + watch.bounds.close
      for (const connection of team.connections) leaving.push({ connection, by })
    },
    atEndOfInstant: () => {
      if (watch.server.maxSocketsOfOneTeam > 1) watch.violated("one-socket", "the server saw two sockets of one team")
      const first = leaving[0]
      if (first === undefined) return
      if (first.connection.endedAt !== undefined)
        leaving = leaving.filter(({ connection }) => connection.endedAt === undefined)
      else if (watch.awake > first.by && !watch.time.isStalled()) {
        watch.violated("one-socket", `${first.connection.name} has not ended, and the team has left`)
      }
    }
  }
}
