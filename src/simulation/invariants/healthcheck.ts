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

/** Number of instants that are kept for one answer, at most: more for one that waits for the journal, for seconds. */
const mostTruths = { atOnce: 64, heldUp: 4_096 }

const say = (connected: boolean, messages: number, props: number): string =>
  `${connected ? "connected" : "not connected"}, ${messages} messages, ${props} props`

/**
 * Invariant 4: at one instant between question and answer, all that the answer says was true, and it has each team that must
 * be remembered. Derived from the frames and the ends of sockets that the fleet was told of. Frames of Global that came after
 * the question may wait behind it, so the teams may be those of the question still.
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
    const most = heldUp(checker.journal) > 0 ? mostTruths.heldUp : mostTruths.atOnce
    for (const open of questions.values()) {
      for (const { truths } of open) if (truths.length < most) truths.push(truth())
    }
  }

  return {
    onGlobalFrame: (connection, event) => {
      if (event?.type !== "healthcheck" || event.stats !== undefined) return
      const open = questions.get(connection) ?? []
      open.push({ asked: checker.activeTime, truths: [truth()] })
      questions.set(connection, open)
    },
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
          checker.activeTime - first.asked >= 2 * heldUp(checker.journal)
        )
          checker.violated("healthcheck", `no answer to a question of ${checker.activeTime - first.asked} ms ago`)
      }
    }
  }
}

/** Says what is untrue of an answer at one instant. `then`: what was true when the question was asked. */
const untrue = (answer: Answer, truth: Truth, then: Truth): string | undefined => {
  for (const [id, said] of answer) {
    const known = truth.get(id)
    if (known === undefined) return `team ${JSON.stringify(id)} is in the answer, and has never joined`
    if (known.memory === "forgotten" && (then.get(id)?.memory ?? "forgotten") === "forgotten") {
      return `team ${JSON.stringify(id)} is in the answer, and has been forgotten`
    }
    if (!known.says.includes(said))
      return `team ${JSON.stringify(id)} is said to be ${said}; true is ${known.says.join(" or ")}`
  }
  for (const [id, { memory }] of truth) {
    if (answer.has(id) || memory !== "certain" || then.get(id)?.memory !== "certain") continue
    return `team ${JSON.stringify(id)} is not in the answer`
  }
  return undefined
}

/** Says why an answer was true at none of these instants; `undefined` if it was at one. */
const lie = (answer: Answer, truths: readonly [Truth, ...ReadonlyArray<Truth>]): string | undefined => {
  let problem: string | undefined
  for (const truth of truths) {
    problem = untrue(answer, truth, truths[0])
    if (problem === undefined) return undefined
  }
  return problem
}
