/** Kinds that have a window of their own; all further ones share one. */
export const mostKinds = 64

/** What a sampler has counted of one kind since its window began. */
export interface SampleWindow {
  /** When its time is over. */
  ends: number
  lines: number
  leftOut: number
}

/**
 * Decides which lines of a log are let through: so many of a kind in a window, which begins with the first of them. A window
 * in which lines were left out goes on until `end` has told how many. Times are of `monotonicMillis`.
 */
export class LogSampler {
  readonly #lines: number
  readonly #length: number
  readonly #windows = new Map<string, SampleWindow>()

  /** `length` of a window is in milliseconds. */
  constructor(window: { readonly lines: number; readonly length: number }) {
    this.#lines = window.lines
    this.#length = window.length
  }

  /** Counts a line in its window, and gives that. The line is let through if none has been left out. */
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

  /** Ends the window of a kind, and gives how many lines were left out in it. */
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
