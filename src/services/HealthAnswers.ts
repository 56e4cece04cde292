import { Context, Layer } from "effect"
import { CloseCode, type Closed } from "./Socket.ts"

/**
 * What becomes of the answers to healthchecks: a server may refuse one for its size, and the largest cannot even be written.
 * Rule: protocol row 16.
 */
export class HealthAnswers extends Context.Service<
  HealthAnswers,
  {
    /** An answer of so many characters has been sent. Where it is not the first on its connection, the one before was taken. */
    readonly sent: (size: number) => void
    /** An answer that names so many teams would be longer than a text can be. */
    readonly tooLong: (teams: number) => void
    /** The connection has ended. True if the server has refused the last answer: RFC 6455 section 7.4.1, close code 1009. */
    readonly ended: (closed: Closed) => boolean
    /** Characters of the answer that was refused; `undefined` once one has been taken again. */
    readonly refused: () => number | undefined
    /** Teams of the answer that could not be written; `undefined` once one has been sent again. */
    readonly unwritten: () => number | undefined
  }
>()("botswain/services/HealthAnswers") {
  static readonly layer: Layer.Layer<HealthAnswers> = Layer.sync(HealthAnswers, () => {
    let last: number | undefined
    let refused: number | undefined
    let unwritten: number | undefined
    return {
      sent: (size) => {
        if (last !== undefined) refused = undefined
        last = size
        unwritten = undefined
      },
      tooLong: (teams) => {
        unwritten = teams
      },
      ended: ({ code, violation }) => {
        const isRefusal = last !== undefined && code === CloseCode.messageTooBig && violation === undefined
        if (isRefusal) refused = last
        last = undefined
        return isRefusal
      },
      refused: () => refused,
      unwritten: () => unwritten
    }
  })
}

/** Says that answers do not get through, since they are too large, and what to do; `undefined` while they do. */
export const refusalOf = (answers: HealthAnswers["Service"]): string | undefined => {
  const teams = answers.unwritten()
  if (teams !== undefined) {
    return `healthchecks are not answered: an answer with ${teams} teams is longer than a text can be. Lower --remember-departed, or keep fewer teams here`
  }
  const size = answers.refused()
  return size === undefined
    ? undefined
    : `the server refuses answers to healthchecks of ${size} characters (1009): raise its limit on messages, or keep fewer teams here`
}
