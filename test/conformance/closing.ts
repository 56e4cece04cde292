import { closeFrame, frame } from "../websocket/peer.ts"
import { closed, failed, type Row, row } from "./Row.ts"

const valid = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999] as const
const invalid = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] as const

/** Rules of the closing handshake. */
export const closing: ReadonlyArray<Row> = [
  row("5.5.1", "a close frame is answered with its code and reason", "88 04 10 e1 68 69", { end: closed(4321, "hi") }),
  row("5.5.1", "one without a code is answered without one", "88 00", { end: closed(1005) }),
  row("5.5.1", "a reason fills what a control frame may have", closeFrame(1000, "x".repeat(123)), {
    end: closed(1000, "x".repeat(123))
  }),
  row("5.5.1", "nothing behind it is heard or answered", "88 02 03 e8 81 01 78 89 00 83 00", { end: closed(1000) }),
  row("5.5.1", "not even another close frame", "88 02 03 e8 88 02 03 e9", { end: closed(1000) }),
  row("5.5.1", "what came before it is", "81 01 78 89 00 88 02 03 e8", {
    hears: ['"x"', "control"],
    pongs: [""],
    end: closed(1000)
  }),
  row("5.5.1", "a payload has two bytes at least", frame(8, "x"), {
    end: failed("close-frame"),
    endOnWs: failed("control-frame")
  }),
  row("5.5.1", "a reason is UTF-8", closeFrame(1000, Buffer.from([0xff])), { end: failed("utf-8") }),
  row("5.5.1", "a reason is not cut off inside of a character", closeFrame(1000, Buffer.from([0xe2, 0x98])), {
    end: failed("utf-8")
  }),
  row("7.1.5", "a stream that ends without a close frame has 1006", "81 01 78", { hears: ['"x"'] }),
  row("7.1.5", "so has one that ends inside of a frame", "81 05 78", {}),
  row("7.1.5", "inside of a message", "01 01 78", {}),
  row("7.1.5", "inside of a header", "81", {}),
  row("7.1.5", "inside of a close frame", "88 02 03", {}),
  row("7.1.7", "what comes behind a broken rule is not heard", "83 00 81 01 78 89 00", { end: failed("opcode") }),
  ...valid.map((code) => row("7.4", `${code} may be sent`, closeFrame(code), { end: closed(code) })),
  ...invalid.map((code) => row("7.4", `${code} may not`, closeFrame(code), { end: failed("close-frame") }))
]
