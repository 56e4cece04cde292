import { clip, render } from "./render.ts"
import type { Text } from "./Text.ts"

/** Terminal, or what stands in for one, that lines are drawn on. */
export interface Surface {
  readonly isTerminal: boolean
  readonly colors: boolean
  /** Columns of the terminal; 0 where it does not tell. */
  readonly columns: () => number
}

/** Columns of a terminal that does not tell. */
const defaultColumns = 80

/** Moves the cursor to where a block of so many lines began, and clears from there on. */
const erase = (lines: number): string => (lines === 0 ? "" : `\r${"\x1b[1A".repeat(lines - 1)}\x1b[J`)

/** Canvas of one outlet: lines go by, and on a terminal a block below them is redrawn in place. */
export class Canvas {
  readonly #surface: Surface
  #block: ReadonlyArray<Text> = []
  /** Lines of the block that the terminal shows by now. */
  #drawn = 0
  #changed = false

  constructor(surface: Surface) {
    this.#surface = surface
  }

  /** Characters that fit into a line of the block. A line that wraps would be two, and the next erasure leave one behind. */
  columns(): number {
    return (this.#surface.columns() || defaultColumns) - 1
  }

  /** Writes lines as this surface reads them. */
  lines(texts: ReadonlyArray<Text>): string {
    return texts.map((text) => `${render(text, this.#surface.colors)}\n`).join("")
  }

  /** Replaces the block, one text a line; an empty one removes it. Nothing happens where there is no terminal. */
  show(block: ReadonlyArray<Text>): void {
    if (!this.#surface.isTerminal) return
    this.#block = block
    this.#changed = true
  }

  /** True if the block is another one than the terminal shows. */
  get isStale(): boolean {
    return this.#changed
  }

  /** Composes what is to be written next, which has to be written then: some lines, and the block as it is by now. */
  compose(lines: string): string {
    this.#changed = false
    const before = erase(this.#drawn)
    this.#drawn = this.#block.length
    const block = this.#block.map((line) => render(clip(line, this.columns()), this.#surface.colors))
    return before + lines + block.join("\n")
  }
}
