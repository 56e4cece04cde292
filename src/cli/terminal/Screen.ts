import { Context, Effect } from "effect"
import { type Paint, paintFor } from "./paint.ts"

/** Output stream of the process. */
export interface Outlet {
  readonly isTerminal: boolean
  readonly colors: boolean
  readonly write: (text: string) => void
  /** Columns of the terminal; 0 where it does not tell. */
  readonly columns: () => number
}

/** Screen of a user: results on stdout, logs on stderr, and on a terminal a block below that is redrawn in place. */
export interface View {
  /** True where stderr is a terminal, so that a block can be shown. */
  readonly live: boolean
  /** True where stdout is a terminal too, so that whoever reads the results sees the block. */
  readonly interactive: boolean
  /** Colours for stdout, and for stderr. */
  readonly paint: { readonly stdout: Paint; readonly stderr: Paint }
  /** Characters that fit into a line of the block. */
  readonly columns: () => number
  /** Prints a text and a line end to stdout, above the block. */
  readonly print: (text: string) => void
  /** Prints a text and a line end to stderr, above the block. */
  readonly log: (text: string) => void
  /** Replaces the block, one string a line; an empty one removes it. Nothing happens where the screen is not live. */
  readonly show: (block: ReadonlyArray<string>) => void
}

/** Screen of this process. */
export class Screen extends Context.Service<Screen, View>()("botswain/cli/terminal/Screen") {}

/** Prints a result. */
export const print = (text: string): Effect.Effect<void, never, Screen> =>
  Screen.use((screen) => Effect.sync(() => screen.print(text)))

/** Columns of a terminal that does not tell. */
const defaultColumns = 80

/** Moves the cursor to where a block of so many lines began, and clears from there on. */
const erase = (lines: number): string => (lines === 0 ? "" : `\r${"\x1b[1A".repeat(lines - 1)}\x1b[J`)

/** Makes a screen of two streams. The block is on stderr, so that stdout holds results alone. */
export const makeView = (stdout: Outlet, stderr: Outlet): View => {
  let block: ReadonlyArray<string> = []
  let drawn = 0

  // A line that wraps would be two lines, and the next erasure would leave one of them behind.
  const columns = () => (stderr.columns() || defaultColumns) - 1
  const draw = (): string => {
    drawn = block.length
    return block.map((line) => clip(line, columns())).join("\n")
  }
  const printAbove = (outlet: Outlet, text: string) => {
    if (drawn === 0) return outlet.write(`${text}\n`)
    stderr.write(erase(drawn))
    outlet.write(`${text}\n`)
    stderr.write(draw())
  }
  return {
    live: stderr.isTerminal,
    interactive: stdout.isTerminal && stderr.isTerminal,
    columns,
    paint: { stdout: paintFor(stdout.colors), stderr: paintFor(stderr.colors) },
    print: (text) => printAbove(stdout, text),
    log: (text) => printAbove(stderr, text),
    show: (lines) => {
      if (!stderr.isTerminal) return
      const before = erase(drawn)
      block = lines
      stderr.write(before + draw())
    }
  }
}

/** Cuts a line to a number of visible characters; colour codes take no room and are kept. */
export const clip = (line: string, columns: number): string => {
  let room = columns
  return line.replaceAll(/(\x1b\[[0-9;]*m)|[^\x1b]/gu, (piece, code: string | undefined) =>
    code !== undefined || room-- > 0 ? piece : ""
  )
}
