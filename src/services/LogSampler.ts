/** Kinds that have a window of their own; all further ones share one. */
export const mostKinds = 64

/** Counts of one kind of line since its window began. */
export interface SampleWindow {
  /** Time at which it is over. */
  ends: number
  lines: number
  leftOut: number
}

/**
 * Decides which lines of a log are let through: at most `lines` of a kind in a window of `length` milliseconds. A window
 * begins with its first line. Once lines are left out in it, it goes on until `end` tells how many. Times are of
 * `monotonicMillis`.
 */
export class LogSampler {
  readonly #lines: number
  readonly #length: number
  readonly #windows = new Map<string, SampleWindow>()

  constructor(window: { readonly lines: number; readonly length: number }) {
    this.#lines = window.lines
    this.#length = window.length
  }

  /** Counts a line, and gives its window. The line is let through if `leftOut` is 0. */
  count(kind: string, now: number): Readonly<SampleWindow> {
    const window = this.#windowOf(kind)
    if (window.leftOut === 0 && now >= window.ends) {
      window.ends = now + this.#length
      window.lines = 0
    }
    if (window.lines < this.#lines) window.lines++
    else window.leftOut++
    return window
  }

  /** True if the time of a kind's window is over. */
  isOver(kind: string, now: number): boolean {
    return now >= this.#windowOf(kind).ends
  }

  /** Ends the window of a kind. Gives the number of lines that were left out in it. */
  end(kind: string): number {
    const window = this.#windowOf(kind)
    const { leftOut } = window
    window.leftOut = 0
    window.ends = -Infinity
    return leftOut
  }

  #windowOf(kind: string): SampleWindow {
    const key = this.#windows.has(kind) || this.#windows.size < mostKinds ? kind : ""
    let window = this.#windows.get(key)
    if (window === undefined) this.#windows.set(key, (window = { ends: -Infinity, lines: 0, leftOut: 0 }))
    return window
  }
}
