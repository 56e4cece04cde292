import { longestId, type TeamId } from "../../src/wire/TeamId.ts"

const numbers = [0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
const likeNumbers = ["0", "1", "-1", "01", "1.0", "1e0", " 1", "1 ", '"1"', "null", "true", "NaN"]
const likeEachOther = [" ", "a", "A", "ä", "a\u0308", "😀", "👩‍👩‍👧‍👦", "\ufeff", "\u202e", "\u2028", "\uffff", "\u{10ffff}"]
const controls = ["\u0000", "a\u0000", "a\u0000b", "\u0001\u001f\u007f\u0080\u009f", "\n", "\r\n", "\t"]
const escapes = ["\\", "\\u0000", "\\\\", "'", '"', "''", "`", "$1", "?", ":id", "%", "_", "{}", '{"a":1}', "[1]"]
const statements = ["NULL", "'; drop table botswain_team; --"]
const halves = ["\ud800", "\udc00", "\udc00\ud800", "a\ud800", "\ufffd"]
const long = ["\u0000", "a", "ä", "\ud800", "😀", "\\", '"'].map((text) => text.repeat(longestId).slice(0, longestId))
// Two that differ in the last character only, where an index might have stopped to look.
const longAlike = ["x", "y"].map((end) => "\u0001".repeat(longestId - 1) + end)

/** Ids that a team may have, and that a store could take for others, cut or refuse. */
export const hostileIds: ReadonlyArray<TeamId> = [
  numbers,
  likeNumbers,
  likeEachOther,
  controls,
  escapes,
  statements,
  halves,
  long,
  longAlike
].flat()
