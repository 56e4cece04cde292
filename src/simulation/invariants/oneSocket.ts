import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

/** Connection of a team that has left. `by`: active time at which it must have ended. */
interface Leaving {
  readonly connection: CheckedConnection
  readonly by: number
}

/** Invariant 1: a team has one socket at most, and none after it has left, beyond the time of a close. */
export const oneSocket = (checker: Checker): Observer => {
  let leaving: Array<Leaving> = []
  return {
    onDial: (dial) => {
      if (dial.team === undefined) return
      const team = checker.model.team(dial.team)
      if (!team.wanted) checker.violated("one-socket", `${dial.name} is dialled, and the team has left`)
      for (const other of team.connections) {
        checker.violated("one-socket", `${dial.name} is dialled, and ${other.name} has not ended`)
      }
    },
    onLeft: (team) => {
      const by = checker.activeTime + checker.guarantees.close
      for (const connection of team.connections) leaving.push({ connection, by })
    },
    atEndOfInstant: () => {
      if (checker.server.maxSocketsOfOneTeam > 1)
        checker.violated("one-socket", "the server saw two sockets of one team")
      const first = leaving[0]
      if (first === undefined) return
      if (first.connection.endedAt !== undefined)
        leaving = leaving.filter(({ connection }) => connection.endedAt === undefined)
      else if (checker.activeTime > first.by && !checker.time.isStalled()) {
        checker.violated("one-socket", `${first.connection.name} has not ended, and the team has left`)
      }
    }
  }
}
