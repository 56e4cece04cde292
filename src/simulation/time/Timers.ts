/** A timer that has been set. */
export interface Timer {
  /** Milliseconds of virtual time. */
  readonly at: number
  /** Decides between timers of one instant. */
  readonly turn: number
  readonly strike: () => void
  cancelled: boolean
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn)

/** Timers in the order that they strike in: a binary heap. Cancelled ones stay in it until their time. */
export class Timers {
  readonly #heap: Array<Timer> = []
  /** Those that are not cancelled. */
  size = 0

  set(at: number, turn: number, strike: () => void): Timer {
    const timer: Timer = { at, turn, strike, cancelled: false }
    this.size++
    let place = this.#heap.push(timer) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isBefore(timer, this.#heap[parent]!)) break
      this.#heap[place] = this.#heap[parent]!
      place = parent
    }
    this.#heap[place] = timer
    return timer
  }

  cancel(timer: Timer): void {
    if (timer.cancelled) return
    timer.cancelled = true
    this.size--
  }

  /** The next to strike. */
  peek(): Timer | undefined {
    while (this.#heap[0]?.cancelled === true) this.#pop()
    return this.#heap[0]
  }

  /** Takes the next one out. */
  take(): Timer | undefined {
    const next = this.peek()
    if (next === undefined) return undefined
    this.#pop()
    next.cancelled = true
    this.size--
    return next
  }

  #pop(): void {
    const last = this.#heap.pop()!
    const count = this.#heap.length
    if (count === 0) return
    let place = 0
    while (true) {
      let child = 2 * place + 1
      if (child >= count) break
      if (child + 1 < count && isBefore(this.#heap[child + 1]!, this.#heap[child]!)) child++
      if (!isBefore(this.#heap[child]!, last)) break
      this.#heap[place] = this.#heap[child]!
      place = child
    }
    this.#heap[place] = last
  }
}
