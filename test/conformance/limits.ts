import { frame, limits as peerLimits } from "../websocket/peer.ts"
import { failed, gone, type Row, row } from "./Row.ts"

const { maxFrame } = peerLimits
const half = "x".repeat(maxFrame / 2)

/** As many as the sockets take of a message. */
const mostFragments = 16_384

const fragments = (count: number, isWhole: boolean) => {
  const rest = Array.from({ length: count - 1 }, (_, n) => frame(0, "", isWhole && n === count - 2))
  return Buffer.concat([frame(1, "", false), ...rest])
}

/** Limits of our own, with `maxFrame` at 70,000 bytes. RFC 6455 section 10.4 asks for some. */
export const limits: ReadonlyArray<Row> = [
  row("limit", "a message may have as many bytes as `maxFrame`", frame(1, "x".repeat(maxFrame)), {
    hears: [`"${"x".repeat(maxFrame)}"`]
  }),
  row("limit", "one with more is refused by its header", "81 7f 00 00 00 00 00 01 11 71", {
    end: failed("message-size")
  }),
  row("limit", "by whatever its header says", "82 7f 7f ff ff ff ff ff ff ff", { end: failed("message-size") }),
  row("limit", "fragments count together", Buffer.concat([frame(1, half, false), frame(0, half)]), {
    hears: [`"${half}${half}"`]
  }),
  row("limit", "so they are refused together", Buffer.concat([frame(1, half, false), frame(0, `${half}x`)]), {
    end: failed("message-size")
  }),
  row("limit", "a message may come in 16,384 fragments", fragments(mostFragments, true), { hears: ['""'] }),
  row("limit", "one in more is refused by the header of one too many", fragments(mostFragments + 1, false), {
    end: failed("message-fragments"),
    endOnWs: failed("message-fragments", 1008)
  }),
  row(
    "limit",
    "before that fragment's payload has come",
    Buffer.concat([fragments(mostFragments, false), frame(0, "x").subarray(0, 2)]),
    { end: failed("message-fragments"), endOnWs: gone }
  )
]
