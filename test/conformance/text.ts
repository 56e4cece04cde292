import { frame } from "../websocket/peer.ts"
import { failed, type Row, row } from "./Row.ts"

const valid = (what: string, bytes: string) =>
  row("8.1", `${what} is UTF-8`, frame(1, Buffer.from(bytes, "hex")), {
    hears: [`"${Buffer.from(bytes, "hex").toString()}"`]
  })

const invalid = (what: string, bytes: string) =>
  row("8.1", `${what} is not`, frame(1, Buffer.from(bytes, "hex")), { end: failed("utf-8") })

/** Rules of text, at the borders of UTF-8. */
export const text: ReadonlyArray<Row> = [
  valid("U+0000", "00"),
  valid("U+007F", "7f"),
  valid("U+0080", "c280"),
  valid("U+07FF", "dfbf"),
  valid("U+0800", "e0a080"),
  valid("U+D7FF, below the surrogates", "ed9fbf"),
  valid("U+E000, above them", "ee8080"),
  valid("U+FFFD itself", "efbfbd"),
  valid("U+FEFF at the beginning, which stays,", "efbbbf78"),
  valid("U+FFFF, which is no character,", "efbfbf"),
  valid("U+10000", "f0908080"),
  valid("U+10FFFF", "f48fbfbf"),
  invalid("a continuation byte alone", "80"),
  invalid("0xBF alone", "bf"),
  invalid("0xFE", "fe"),
  invalid("0xFF", "ff"),
  invalid("an overlong U+002F in two bytes", "c0af"),
  invalid("an overlong U+007F in two bytes", "c1bf"),
  invalid("an overlong U+07FF in three", "e09fbf"),
  invalid("an overlong U+FFFF in four", "f08fbfbf"),
  invalid("a high surrogate", "eda080"),
  invalid("a low surrogate", "edbfbf"),
  invalid("a pair of surrogates", "eda080edb080"),
  invalid("U+110000", "f4908080"),
  invalid("a sequence of five bytes", "f888808080"),
  invalid("a sequence that the end cuts off", "78e298"),
  invalid("a sequence that ASCII cuts off", "e29878"),
  row("8.1", "text is judged as a whole, once it has come: bad bytes in a first fragment wait", "01 01 ff", {}),
  row("8.1", "text whose last fragment cuts a character off is not", "01 02 e2 98 80 00", { end: failed("utf-8") }),
  row("8.1", "what is heard before stays heard", "81 01 78 81 01 ff 81 01 79", { hears: ['"x"'], end: failed("utf-8") })
]
