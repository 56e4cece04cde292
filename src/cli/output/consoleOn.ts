import { Console } from "node:console"
import { Writable } from "node:stream"
import type { View } from "../terminal/Screen.ts"
import { linesOf, type Text } from "../terminal/Text.ts"

/** Stream that prints what is written to it. */
const printing = (print: (lines: ReadonlyArray<Text>) => void): Writable =>
  new Writable({
    decodeStrings: false,
    write: (chunk: unknown, _encoding, done) => {
      print(linesOf(String(chunk)))
      done()
    }
  })

/** Makes a console that prints on a screen. */
export const consoleOn = (screen: View): Console => new Console(printing(screen.print), printing(screen.log))
