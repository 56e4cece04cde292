import { Effect } from "effect"
import { hear, hearAsWs, limits } from "../websocket/peer.ts"
import type { Agreed } from "./agreed.ts"
import type { Kind, Verdict } from "./Kind.ts"
import { agreedRule } from "./rules.ts"
import { readsOf, smallerStreams, type Stream, streamOf } from "./Stream.ts"

/** Compares what the parser and the receiver of `ws` hear of the same reads. */
export const compareReads = (reads: ReadonlyArray<Buffer>): Verdict => {
  const agreed = new Set<Agreed>()
  const ours = hear(reads)
  let theirs = hearAsWs(reads)
  let { heard } = theirs
  if (ours.broken === "message-fragments") {
    if (theirs.broken === undefined) {
      agreed.add("fragments are counted by headers")
      theirs = hearAsWs([...reads, Buffer.alloc(limits.maxFrame)])
    }
    agreed.add("fragments close with 1009")
    heard = theirs.heard.map((line) => (line === "violation 1008" ? "violation 1009" : line))
  }
  let { broken } = theirs
  if (ours.broken !== undefined && broken !== undefined && ours.broken !== broken) {
    const difference = agreedRule(ours.broken, broken)
    if (difference !== undefined) {
      agreed.add(difference)
      broken = ours.broken
    }
  }
  return { ours: [...ours.heard, ours.broken], theirs: [...heard, broken], agreed: [...agreed] }
}

/** Streams of frames, through the parser alone. */
export const frames: Kind<Stream> = {
  name: "frames",
  draw: streamOf,
  check: (stream) => Effect.sync(() => compareReads(readsOf(stream))),
  smaller: smallerStreams,
  bytes: ({ pieces }) => pieces.reduce((sum, { length }) => sum + length, 0),
  show: (stream) =>
    readsOf(stream)
      .map((read) => read.toString("hex"))
      .join(" | ")
}
