import { Effect } from "effect"
import { CloseCode } from "../../src/services/Socket.ts"
import { acceptValueOf } from "../../src/websocket/handshake.ts"
import { frames } from "./frames.ts"
import type { Kind, Verdict } from "./Kind.ts"
import { BothLayers, type Life } from "./lives.ts"
import { agreedRule } from "./rules.ts"
import { readsOf, type Stream } from "./Stream.ts"

/** The proof that a server has read the key of a request. */
export const proofFor = (head: string): string => acceptValueOf(/sec-websocket-key: (\S+)/i.exec(head)?.[1] ?? "")

const answerTo = (head: string): string =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proofFor(head)}\r\n\r\n`

/** The same life, closed with 1009 where it was with 1008. */
const withOurCode = (life: Life): Life => {
  const ours = (line: string) => line.replace(/^(closed?) 1008/, "$1 1009")
  return {
    ...life,
    heard: life.heard.map(ours),
    sent: life.sent.map(ours),
    closed: { ...life.closed, code: CloseCode.messageTooBig }
  }
}

/** Takes agreed differences out of what came of two connections. */
export const compareLives = (ours: Life, theirs: Life): Verdict => {
  const [rule, theirRule] = [ours.closed.violation, theirs.closed.violation]
  if (rule === "message-fragments") {
    if (theirRule === rule) return { ours, theirs: withOurCode(theirs), agreed: ["fragments close with 1009"] }
    // It still waited for the fragment's payload when the stream ended.
    if (theirs.closed.code === CloseCode.abnormal) {
      return { ours, theirs: ours, agreed: ["fragments are counted by headers"] }
    }
  }
  const difference = rule && theirRule && agreedRule(rule, theirRule)
  if (difference === undefined || ours.closed.code !== theirs.closed.code) return { ours, theirs, agreed: [] }
  return { ours, theirs: { ...theirs, closed: ours.closed }, agreed: [difference] }
}

/** Whole connections, on real sockets. */
export const connections: Kind<Stream, BothLayers> = {
  ...frames,
  name: "connections",
  check: (stream) =>
    Effect.gen(function* () {
      const both = yield* BothLayers
      const writes = (head: string) => [Buffer.from(answerTo(head)), ...readsOf(stream)]
      return compareLives(yield* both.ours(writes), yield* both.theirs(writes))
    })
}
