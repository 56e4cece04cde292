import { Effect } from "effect"
import { Canvas } from "../../../src/cli/terminal/Canvas.ts"
import { render } from "../../../src/cli/terminal/render.ts"
import type { Outlet, View } from "../../../src/cli/terminal/Screen.ts"
import { makeView } from "../../../src/cli/terminal/Screen.ts"
import type { Text } from "../../../src/cli/terminal/Text.ts"

/** What a terminal shows after a text has been written to it: line ends, carriage returns, cursor up, and clear below. */
export const shown = (written: string): ReadonlyArray<string> => {
  const lines = [""]
  let row = 0
  let column = 0
  for (const [token] of written.matchAll(/\x1b\[[0-9;]*[A-Za-z]|\n|\r|[^\x1b\n\r]+/g)) {
    if (token === "\n") {
      row++
      column = 0
      lines[row] ??= ""
    } else if (token === "\r") column = 0
    else if (token === "\x1b[1A") row = Math.max(0, row - 1)
    else if (token === "\x1b[J") {
      lines.length = row + 1
      lines[row] = (lines[row] ?? "").slice(0, column)
    } else if (!token.startsWith("\x1b")) {
      const line = (lines[row] ?? "").padEnd(column)
      lines[row] = line.slice(0, column) + token + line.slice(column + token.length)
      column += token.length
    }
  }
  return lines
}

/** Lines as they are read where there are no colours. */
export const plainLines = (lines: ReadonlyArray<Text>): ReadonlyArray<string> =>
  lines.map((line) => render(line, false))

/** A screen whose output is kept, and taken at once. On a terminal both streams are the same one. */
export const fakeScreen = (options: {
  readonly terminal: boolean
  readonly columns?: number
  readonly colors?: boolean
}) => {
  const out: Array<string> = []
  const err: Array<string> = []
  const both: Array<string> = []
  const surface = {
    isTerminal: options.terminal,
    colors: options.colors ?? false,
    columns: () => options.columns ?? 0
  }
  const shared = new Canvas(surface)
  const outlet = (kept: Array<string>): Outlet => {
    const canvas = options.terminal ? shared : new Canvas(surface)
    const draw = (lines: string) => {
      const text = canvas.compose(lines)
      kept.push(text)
      both.push(text)
    }
    return {
      isTerminal: options.terminal,
      columns: () => canvas.columns(),
      write: (lines) => draw(canvas.lines(lines)),
      show: (block) => {
        canvas.show(block)
        if (canvas.isStale) draw("")
      },
      flushed: Effect.void,
      gap: () => 0
    }
  }
  const view: View = makeView(outlet(out), outlet(err))
  return {
    view,
    stdout: () => out.join(""),
    stderr: () => err.join(""),
    /** What is seen, where both streams go to one terminal. */
    seen: () => shown(both.join(""))
  }
}
