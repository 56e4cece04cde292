import { isDeepStrictEqual } from "node:util"
import { Effect } from "effect"
import { HandshakeFault } from "../../src/services/DialError.ts"
import { cutUp } from "../websocket/peer.ts"
import type { Agreed } from "./agreed.ts"
import { type Answer, answerOf, proof, smallerAnswers } from "./answers.ts"
import { compareLives, proofFor } from "./connections.ts"
import type { Kind, Verdict } from "./Kind.ts"
import { BothLayers, type Life } from "./lives.ts"

/** What matters of a life: how it was refused, without our names of faults, or what it became. */
const outcomeOf = ({ closed, heard, refusal, sent }: Life) =>
  refusal === undefined
    ? { heard, closed, sent }
    : {
        reason: refusal.reason,
        detail: refusal.reason === "protocol" ? undefined : refusal.detail,
        retryAfter: refusal.retryAfter,
        sent
      }

const isProtocol = ({ refusal }: Life) => refusal?.reason === "protocol"

/** The agreed difference between what came of an answer on both sides, if it is one. */
const agreedAnswer = (text: string, ours: Life, theirs: Life): Agreed | undefined => {
  switch (ours.refusal?.detail) {
    case HandshakeFault.size:
      return text.length > 15_000 ? "a head has 16 KiB, all bytes counted" : undefined
    case HandshakeFault.http:
      return /^(?:[^]*\r\n\r\n)?[\r\n]/.test(text) ? "an answer begins with its status line" : undefined
    case HandshakeFault.statusLine:
      return /^HTTP\/1\.[01] \d{3} .*[\0-\x08\x0b-\x1f\x7f]/m.test(text) ? "a reason phrase is text" : undefined
    case HandshakeFault.upgrade:
      return theirs.refusal === undefined && text.includes("HTTP/1.0 101") ? "HTTP/1.0 switches no protocol" : undefined
  }
  if (!isProtocol(theirs)) return undefined
  if (/^(Content-Length|Transfer-Encoding):/im.test(text)) return "the length of a body does not matter"
  return ours.refusal?.reason === "unreachable" ? "a line is judged once it is whole" : undefined
}

const compare = (text: string, ours: Life, theirs: Life): Verdict => {
  if (ours.refusal === undefined && theirs.refusal === undefined) return compareLives(ours, theirs)
  const [ourOutcome, theirOutcome] = [outcomeOf(ours), outcomeOf(theirs)]
  if (isDeepStrictEqual(ourOutcome, theirOutcome)) return { ours: ourOutcome, theirs: theirOutcome, agreed: [] }
  const difference = agreedAnswer(text, ours, theirs)
  if (difference === undefined) return { ours: ourOutcome, theirs: theirOutcome, agreed: [] }
  return { ours: ourOutcome, theirs: ourOutcome, agreed: [difference] }
}

const textOf = ({ lines }: Answer) => lines.join("")

/** Answers to handshakes, on real sockets. */
export const handshakes: Kind<Answer, BothLayers> = {
  name: "handshakes",
  draw: answerOf,
  check: (answer) =>
    Effect.gen(function* () {
      const both = yield* BothLayers
      const writes = (head: string) =>
        cutUp(Buffer.from(textOf(answer).replaceAll(proof, proofFor(head)), "latin1"), answer.cuts)
      return compare(textOf(answer), yield* both.ours(writes), yield* both.theirs(writes))
    }),
  smaller: smallerAnswers,
  bytes: (answer) => textOf(answer).length,
  show: (answer) => JSON.stringify(textOf(answer))
}
