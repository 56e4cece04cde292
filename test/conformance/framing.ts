import { frame } from "../websocket/peer.ts"
import { closed, failed, type Row, row } from "./Row.ts"

const long = (size: number) => frame(1, "x".repeat(size))
const told = (size: number) => [`"${"x".repeat(size)}"`]

/** Rules of frames and messages. */
export const framing: ReadonlyArray<Row> = [
  row("5.1", "a server's frame is not masked", "81 81 00 00 00 00 78", { end: failed("mask") }),
  row("5.1", "nor is an empty one", "81 80 00 00 00 00", { end: failed("mask") }),
  row("5.1", "nor a control frame", "89 80 00 00 00 00", { end: failed("mask") }),
  row("5.2", "RSV1 is 0, since no extension is agreed", "c1 00", { end: failed("reserved-bits") }),
  row("5.2", "RSV2 is 0", "a1 00", { end: failed("reserved-bits") }),
  row("5.2", "RSV3 is 0", "91 00", { end: failed("reserved-bits") }),
  row("5.2", "so they are in a control frame", "c9 00", { end: failed("reserved-bits") }),
  ...[3, 4, 5, 6, 7].map((opcode) =>
    row("5.2", `opcode ${opcode} is reserved`, Buffer.from([0x80 | opcode, 0]), { end: failed("opcode") })
  ),
  ...[11, 12, 13, 14, 15].map((opcode) =>
    row("5.2", `opcode ${opcode} is reserved`, Buffer.from([0x80 | opcode, 0]), { end: failed("opcode") })
  ),
  row("5.2", "an empty message is one", "81 00", { hears: ['""'] }),
  row("5.2", "a length has 7 bits up to 125", long(125), { hears: told(125) }),
  row("5.2", "16 bits from 126", long(126), { hears: told(126) }),
  row("5.2", "16 bits up to 65,535", long(65_535), { hears: told(65_535) }),
  row("5.2", "64 bits from 65,536", long(65_536), { hears: told(65_536) }),
  row("5.2", "a length in more bits than it needs is read", "81 7e 00 01 78 81 7f 00 00 00 00 00 00 00 01 79", {
    hears: ['"x"', '"y"']
  }),
  row("5.2", "the highest bit of a length of 64 bits is 0", "81 7f 80 00 00 00 00 00 00 01 78", {
    end: failed("message-size")
  }),
  row("5.2", "a frame may come in any number of reads", "81 | 05 | 68 65 | 6c | 6c 6f", { hears: ['"hello"'] }),
  row("5.2", "so may its length", "81 7f 00 00 | 00 00 00 00 | 00 02 68 | 69", { hears: ['"hi"'] }),
  row("5.4", "a message in fragments is their sum", "01 02 68 65 00 02 6c 6c 80 01 6f", { hears: ['"hello"'] }),
  row("5.4", "fragments may be empty, the first and the last too", "01 00 00 00 00 01 78 80 00", { hears: ['"x"'] }),
  row("5.4", "control frames may come between fragments", "01 01 68 89 01 70 80 01 69", {
    hears: ["control", '"hi"'],
    pongs: ["70"]
  }),
  row("5.4", "so may pongs, and many of each", "01 01 68 8a 00 89 01 61 89 01 62 00 00 8a 00 80 01 69", {
    hears: ["control", "control", "control", "control", '"hi"'],
    pongs: ["61", "62"]
  }),
  row("5.4", "a close frame may come between fragments: the message is lost", "01 01 68 88 02 03 e8 80 01 69", {
    end: closed(1000)
  }),
  row("5.4", "a message goes on only after it was begun", "80 01 78", {
    end: failed("fragmentation"),
    endOnWs: failed("opcode")
  }),
  row("5.4", "not even with a fragment that is not the last", "00 01 78", {
    end: failed("fragmentation"),
    endOnWs: failed("opcode")
  }),
  row("5.4", "nor after it is whole", "01 01 68 80 01 69 80 01 78", {
    hears: ['"hi"'],
    end: failed("fragmentation"),
    endOnWs: failed("opcode")
  }),
  row("5.4", "no message begins inside another one", "01 01 68 81 01 69", {
    end: failed("fragmentation"),
    endOnWs: failed("opcode")
  }),
  row("5.4", "not in fragments either, of whatever type", "01 01 68 02 01 69", {
    end: failed("fragmentation"),
    endOnWs: failed("opcode")
  }),
  row("5.5", "a control frame has at most 125 bytes", frame(9, "x".repeat(125)), {
    hears: ["control"],
    pongs: ["78".repeat(125)]
  }),
  ...[
    [8, "close frame"],
    [9, "ping"],
    [10, "pong"]
  ].flatMap(([opcode, name]) => [
    row("5.5", `a ${name} of 126 bytes is refused by its header`, Buffer.from([0x80 | Number(opcode), 126, 0, 126]), {
      end: failed("control-frame")
    }),
    row("5.5", `a ${name} is no fragment`, Buffer.from([Number(opcode), 0]), { end: failed("control-frame") })
  ]),
  row("5.5.2", "a ping is answered with its payload", "89 02 68 69", { hears: ["control"], pongs: ["6869"] }),
  row("5.5.2", "an empty ping too", "89 00", { hears: ["control"], pongs: [""] }),
  row("5.5.2", "the payload is bytes, not text", "89 03 ff 00 fe", { hears: ["control"], pongs: ["ff00fe"] }),
  row("5.5.2", "each of some is answered, in their order", "89 01 61 89 01 62 89 01 63", {
    hears: ["control", "control", "control"],
    pongs: ["61", "62", "63"]
  }),
  row("5.5.3", "a pong that nobody asked for is no error, and has no answer", "8a 00 8a 02 68 69", {
    hears: ["control", "control"]
  }),
  row("5.6", "a binary message is read as UTF-8", "82 02 c3 bc", { hears: ['"ü"'] }),
  row("5.6", "it may be no UTF-8", "82 02 ff 41", { hears: ['"\ufffdA"'] }),
  row("5.6", "a character may lie in two fragments", "01 02 e2 98 80 01 b8", { hears: ['"☸"'] }),
  row("5.6", "and in two reads", "81 03 e2 | 98 | b8", { hears: ['"☸"'] })
]
