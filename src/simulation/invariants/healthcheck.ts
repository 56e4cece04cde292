import { GlobalClientCodec } from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Checker } from "../checker/Checker.ts"
import { heldUp } from "../checker/JournalWatch.ts"
import type { Observer } from "../checker/Observer.ts"
import type { TeamModel } from "../checker/TeamModel.ts"

/** Statements that are true of each team that has ever joined, and whether an answer must have the team. */
type Truth = Map<TeamId, { readonly says: ReadonlyArray<string>; readonly memory: TeamModel["memory"] }>

/** Statement of an answer on each team. */
type Answer = Map<TeamId, string>

/** Question that has been read and not answered. */
interface Question {
  /** Active time. */
  readonly asked: number
  /** Truths of the instants since the question, in order. */
  readonly truths: [Truth, ...Array<Truth>]
}

/** Number of instants that are kept for one answer, at most: after a stall, or while it waits for the journal, there are many. */
const mostTruths = 4_096

const say = (connected: boolean, messages: number, props: number): string =>
  `${connected ? "connected" : "not connected"}, ${messages} messages, ${props} props`

/**
 * Invariant 4: at one instant between question and answer, all that the answer says was true, and it has each team that must
 * be remembered. Derived from the frames and the ends of sockets that the fleet was told of. Frames of Global that came after
 * the question wait for their turn, so the teams may be those of an earlier instant since the question. Where the peer takes
 * what it is sent, an answer waits for two flushes of the journal at most: one that was under way, and its own.
 */
export const healthcheck = (checker: Checker): Observer => {
  const questions = new Map<CheckedConnection, Array<Question>>()

  const truth = (): Truth => {
    const teams: Truth = new Map()
    for (const team of checker.model.teams.values()) {
      if (team.generation === 0) continue
      const { id, isConnected, memory, tallies } = team
      teams.set(id, { memory, says: tallies.map(({ messages, props }) => say(isConnected, messages, props)) })
    }
    return teams
  }

  const note = () => {
    if (questions.size === 0) return
    const now = truth()
    for (const open of questions.values()) {
      for (const { truths } of open) if (truths.length < mostTruths) truths.push(now)
    }
  }

  /** Active time by which a question must be answered. One that had to wait for the peer has its own flush to wait for. */
  const dueAt = ({ takenAt }: CheckedConnection, { asked }: Question): number => {
    const flush = heldUp(checker.journal)
    return Math.max(asked + 2 * flush, takenAt + flush)
  }

  return {
    onGlobalFrame: (connection, event) => {
      if (event?.type !== "healthcheck" || event.stats !== undefined) return
      const open = questions.get(connection) ?? []
      open.push({ asked: checker.activeTime, truths: [truth()] })
      questions.set(connection, open)
    },
    onJoin: note,
    onLeft: note,
    onOpened: note,
    onEnded: (connection) => {
      note()
      questions.delete(connection)
    },
    afterFrame: (connection) => {
      if (connection.team !== undefined) note()
    },
    onSend: (connection, frame) => {
      const sent = GlobalClientCodec.decode(frame)
      if (connection.team !== undefined || sent._tag !== "Event" || sent.event.type !== "healthcheck") return
      const question = questions.get(connection)?.shift()
      if (question === undefined) return checker.violated("healthcheck", "an answer that nobody asked for")
      const answer: Answer = new Map(
        sent.event.stats.map((team) => [team.id, say(team.connected, team.message_count, team.props_count)])
      )
      if (answer.size < sent.event.stats.length) checker.violated("healthcheck", "a team is in the answer twice")
      const wrong = lie(answer, [...question.truths, truth()])
      if (wrong !== undefined) checker.violated("healthcheck", wrong)
    },
    atEndOfInstant: () => {
      if (questions.size === 0 || checker.model.ending || checker.time.isStalled()) return
      // An answer that waits for the journal may tell of this instant.
      if (heldUp(checker.journal) > 0) note()
      for (const [connection, [first]] of questions) {
        if (first === undefined) questions.delete(connection)
        // Answers wait for one another where the peer does not take them, and for the journal.
        else if (
          connection.isOpen() &&
          connection.untakenSince === undefined &&
          checker.activeTime >= dueAt(connection, first)
        )
          checker.violated("healthcheck", `no answer to a question of ${checker.activeTime - first.asked} ms ago`)
      }
    }
  }
}

/** Says which team an answer has, or has not, against what was true at an instant. */
const wrongTeam = (answer: Answer, truth: Truth): string | undefined => {
  for (const id of answer.keys()) {
    const memory = truth.get(id)?.memory
    if (memory === undefined) return `team ${JSON.stringify(id)} is in the answer, and has never joined`
    if (memory === "forgotten") return `team ${JSON.stringify(id)} is in the answer, and has been forgotten`
  }
  for (const [id, { memory }] of truth) {
    if (memory === "certain" && !answer.has(id)) return `team ${JSON.stringify(id)} is not in the answer`
  }
  return undefined
}

/** Says what an answer tells of a team that was untrue at an instant. */
const wrongStatement = (answer: Answer, truth: Truth): string | undefined => {
  for (const [id, said] of answer) {
    const says = truth.get(id)?.says ?? []
    if (!says.includes(said)) return `team ${JSON.stringify(id)} is said to be ${said}; true is ${says.join(" or ")}`
  }
  return undefined
}

/** Says why an answer was true at none of these instants, of the teams of that instant or of an earlier one; `undefined` if it was. */
const lie = (answer: Answer, truths: ReadonlyArray<Truth>): string | undefined => {
  let team: string | undefined
  let statement: string | undefined
  let hasHadItsTeams = false
  for (const truth of truths) {
    if (!hasHadItsTeams) {
      team = wrongTeam(answer, truth)
      hasHadItsTeams = team === undefined
    }
    if (!hasHadItsTeams) continue
    statement = wrongStatement(answer, truth)
    if (statement === undefined) return undefined
  }
  return statement ?? team
}
