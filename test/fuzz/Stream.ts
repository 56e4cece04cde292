import { cutUp } from "../websocket/peer.ts"
import type { Draw } from "./Draw.ts"
import { pieceOf } from "./pieces.ts"

/** What a server sends, in pieces that can be left out, and where it is cut into reads. */
export interface Stream {
  readonly pieces: ReadonlyArray<Buffer>
  readonly cuts: ReadonlyArray<number>
}

/** Offsets near the ends of headers, where most of the parser's branches are. */
const near = [0, 1, 2, 3, 4, 5, 9, 10, 11, 127, 130] as const

/** Cuts anywhere, and near the beginnings of pieces. */
export const cutsOf = (draw: Draw, pieces: ReadonlyArray<Buffer>): ReadonlyArray<number> => {
  let at = 0
  const begins = pieces.map((piece) => (at += piece.length) - piece.length)
  const anywhere = draw.list(6, () => draw.below(at + 1))
  return draw.oneIn(2) ? anywhere : [...anywhere, ...draw.list(12, () => draw.of(begins) + draw.of(near))]
}

/** Draws a stream: of frames as they ought to be mostly, at times with one wrong bit, or of any bytes at all. */
export const streamOf = (draw: Draw): Stream => {
  const pieces = [pieceOf(draw), ...draw.list(5, () => pieceOf(draw))]
  if (draw.oneIn(4)) {
    const wrong = Buffer.from(draw.of(pieces))
    // Among the first bytes, so that it is mostly a header's.
    if (wrong.length > 0) wrong[draw.below(Math.min(wrong.length, 16))]! ^= 1 << draw.below(8)
    pieces[draw.below(pieces.length)] = wrong
  }
  // What ends in the middle of a frame.
  if (draw.oneIn(6)) {
    pieces.length = draw.below(pieces.length) + 1
    const last = pieces.at(-1)!
    pieces[pieces.length - 1] = last.subarray(0, last.length - draw.below(Math.min(last.length, 12) + 1))
  }
  return { pieces, cuts: cutsOf(draw, pieces) }
}

export const readsOf = ({ cuts, pieces }: Stream): ReadonlyArray<Buffer> => cutUp(Buffer.concat(pieces), cuts)

/** The same with a piece less, or a cut less. */
export const smallerStreams = ({ cuts, pieces }: Stream): ReadonlyArray<Stream> => [
  ...pieces.map((_, at) => ({ pieces: pieces.toSpliced(at, 1), cuts })),
  ...cuts.map((_, at) => ({ pieces, cuts: cuts.toSpliced(at, 1) }))
]
