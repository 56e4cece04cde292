import { Context, Effect } from "effect"
import type { Text } from "./Text.ts"

/** Place that lines are written to, and a block below them where it is a terminal. Writing never waits. */
export interface Outlet {
  readonly isTerminal: boolean
  readonly columns: () => number
  readonly write: (lines: ReadonlyArray<Text>) => void
  readonly show: (block: ReadonlyArray<Text>) => void
  /** Waits until all that was written has been taken, or nobody is there any more to take it. */
  readonly flushed: Effect.Effect<void>
  /** Takes the number of lines that were dropped since it was asked last; 0 for as long as there is no room for more. */
  readonly gap: () => number
}

/** Screen of a user: results on stdout, logs on stderr, and on a terminal a block below that is redrawn in place. */
export interface View {
  /** True where stderr is a terminal, so that a block can be shown. */
  readonly live: boolean
  /** True where stdout is a terminal too, so that whoever reads the results sees the block. */
  readonly interactive: boolean
  /** Characters that fit into a line of the block. */
  readonly columns: () => number
  /** Prints lines to stdout, above the block. */
  readonly print: (lines: ReadonlyArray<Text>) => void
  /** Prints lines to stderr, above the block. */
  readonly log: (lines: ReadonlyArray<Text>) => void
  /** Replaces the block, one text a line; an empty one removes it. Nothing happens where the screen is not live. */
  readonly show: (block: ReadonlyArray<Text>) => void
  /** Waits until whoever reads stdout has taken all of it, or is gone. */
  readonly taken: Effect.Effect<void>
  /** Takes the number of lines that were dropped since it was asked last, once there is room to tell it. */
  readonly gap: () => number
}

/** Screen of this process. */
export class Screen extends Context.Service<Screen, View>()("botswain/cli/terminal/Screen") {}

/** Prints a result. Never waits: what keeps connections must not be held up by who reads it. */
export const print = (lines: ReadonlyArray<Text>): Effect.Effect<void, never, Screen> =>
  Screen.use((screen) => Effect.sync(() => screen.print(lines)))

/** Lines that are printed before they have to be taken. */
const atOnce = 1_000

/**
 * Prints a result however long it is, at the pace of whoever reads it, and waits until all of it is taken or nobody reads
 * any more: for commands that keep no connection.
 */
export const printAll = (lines: ReadonlyArray<Text>): Effect.Effect<void, never, Screen> =>
  Screen.use(
    Effect.fnUntraced(function* (screen) {
      for (let from = 0; from < lines.length; from += atOnce) {
        screen.print(lines.slice(from, from + atOnce))
        yield* screen.taken
      }
    })
  )

/** Makes a screen of two outlets, which may be one. The block is on stderr, so that stdout holds results alone. */
export const makeView = (stdout: Outlet, stderr: Outlet): View => ({
  live: stderr.isTerminal,
  interactive: stdout.isTerminal && stderr.isTerminal,
  columns: stderr.columns,
  print: stdout.write,
  log: stderr.write,
  show: stderr.show,
  taken: stdout.flushed,
  gap: () => stdout.gap() + (stderr === stdout ? 0 : stderr.gap())
})
