import { GlobalClientCodec, type TeamHealth } from "../../../wire/GlobalApi.ts"
import type { TeamId } from "../../../wire/TeamId.ts"
import type { Observer, Watch } from "../Watch.ts"
import type { Watched } from "../Watched.ts"

type Truth = Map<TeamId, string>

/** A question that has been read and not answered. */
interface Question {
  readonly asked: number
  /** What was true of each team since the instant of the question: all of these, in this order. */
  readonly truths: Array<Truth>
}

/** Instants of one answer that are looked at, at most. */
const mostTruths = 64

const say = (health: Omit<TeamHealth, "id">): string =>
  `${health.connected ? "connected" : "not connected"}, ${health.message_count} messages, ${health.props_count} props`

/**
 * Invariant 4. What is asked is answered in the same instant, unless the fleet stands still; so the truth at the question,
 * at the end of the instant before it, and at the answer are those that an answer may tell.
 */
export const healthcheck = (watch: Watch): Observer => {
  const questions = new Map<Watched, Array<Question>>()

  const truth = (): Truth => {
    const teams: Truth = new Map()
    for (const team of watch.model.teams.values()) {
      if (team.stay === 0 || watch.books?.registry.find(team.id) === undefined) continue
      const { messages, props } = team
      teams.set(team.id, say({ connected: team.isConnected, message_count: messages, props_count: props }))
    }
    return teams
  }

  const lie = (answer: Truth, truths: ReadonlyArray<Truth>): string | undefined => {
    if (truths.some((known) => same(known, answer))) return undefined
    const known = truths.at(-1)!
    for (const [id, said] of answer) {
      if (known.get(id) !== said) return `team ${JSON.stringify(id)} is said to be ${said}; true is ${known.get(id)}`
    }
    return `${known.size} teams have joined, ${answer.size} are in the answer`
  }

  const note = () => {
    for (const open of questions.values()) {
      for (const { truths } of open) if (truths.length < mostTruths) truths.push(truth())
    }
  }

  return {
    onGlobalFrame: (connection, event) => {
      if (event?.type !== "healthcheck" || event.stats !== undefined) return
      const open = questions.get(connection) ?? []
      open.push({ asked: watch.awake, truths: [truth()] })
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
      if (question === undefined) return watch.violated("healthcheck", "an answer that nobody asked for")
      const answer: Truth = new Map(sent.event.stats.map((health) => [health.id, say(health)]))
      const wrong = lie(answer, [...question.truths, truth()])
      if (wrong !== undefined) watch.violated("healthcheck", wrong)
    },
    atEndOfInstant: () => {
      if (questions.size === 0 || watch.model.ending || watch.time.isStalled()) return
      for (const [connection, [first]] of questions) {
        if (first === undefined) questions.delete(connection)
        else if (connection.isOpen())
          watch.violated("healthcheck", `no answer to a question of ${watch.awake - first.asked} ms ago`)
      }
    }
  }
}

const same = (a: Truth, b: Truth): boolean => {
  if (a.size !== b.size) return false
  for (const [id, said] of a) if (b.get(id) !== said) return false
  return true
}
