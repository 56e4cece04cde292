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
  /** Truth of the instant of the question. */
  readonly atFirst: Truth
  /** Number of truths that were noted on its connection before it. */
  readonly before: number
}

/** What is open on a connection: its questions, and what was true at each instant since the oldest of them, in order. */
interface Open {
  readonly questions: Array<Question>
  truths: Array<Truth>
}

/** Number of instants that are kept, at most: an answer may wait for the journal, and for a peer that does not read. */
const mostTruths = 8_192

const say = (connected: boolean, messages: number, props: number): string =>
  `${connected ? "connected" : "not connected"}, ${messages} messages, ${props} props`

/**
 * Invariant 4: at one instant between question and answer, all that the answer says was true, and it has each team that must
 * be remembered. Derived from the frames and the ends of sockets that the fleet was told of. Frames of Global that came after
 * the question may wait behind it, so the teams may be those of the question still.
 */
export const healthcheck = (checker: Checker): Observer => {
  const open = new Map<CheckedConnection, Open>()

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
    if (open.size === 0) return
    const now = truth()
    for (const { truths } of open.values()) if (truths.length < mostTruths) truths.push(now)
  }

  return {
    onGlobalFrame: (connection, event) => {
      if (event?.type !== "healthcheck" || event.stats !== undefined) return
      const { questions, truths } = open.get(connection) ?? { questions: [], truths: [] }
      questions.push({ asked: checker.activeTime, atFirst: truth(), before: truths.length })
      open.set(connection, { questions, truths })
    },
    onOpened: note,
    onEnded: (connection) => {
      note()
      open.delete(connection)
    },
    // Frames of Global too: what they have led to is looked at beside them.
    afterFrame: note,
    onSend: (connection, frame) => {
      const sent = GlobalClientCodec.decode(frame)
      if (connection.team !== undefined || sent._tag !== "Event" || sent.event.type !== "healthcheck") return
      const { questions = [], truths = [] } = open.get(connection) ?? {}
      const question = questions.shift()
      if (question === undefined) return checker.violated("healthcheck", "an answer that nobody asked for")
      const answer: Answer = new Map(
        sent.event.stats.map((team) => [team.id, say(team.connected, team.message_count, team.props_count)])
      )
      if (answer.size < sent.event.stats.length) checker.violated("healthcheck", "a team is in the answer twice")
      const wrong = lie(answer, question, truths, truth())
      if (wrong !== undefined) checker.violated("healthcheck", wrong)
      if (questions.length === 0) open.delete(connection)
    },
    atEndOfInstant: () => {
      if (open.size === 0 || checker.model.ending || checker.time.isStalled()) return
      // An answer that waits for the journal may tell of this instant.
      if (heldUp(checker.journal) > 0) note()
      for (const [
        connection,
        {
          questions: [first]
        }
      ] of open) {
        // Answers wait for one another where the peer does not take them, and for the journal.
        if (
          first !== undefined &&
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

/** Says why an answer was true at none of the instants since the question; `undefined` if it was at one, most likely a late one. */
const lie = (
  answer: Answer,
  { before, atFirst }: Question,
  truths: ReadonlyArray<Truth>,
  now: Truth
): string | undefined => {
  const problem = untrue(answer, now, atFirst)
  if (problem === undefined) return undefined
  for (let at = truths.length - 1; at >= before; at--) {
    if (untrue(answer, truths[at]!, atFirst) === undefined) return undefined
  }
  return untrue(answer, atFirst, atFirst) === undefined ? undefined : problem
}
