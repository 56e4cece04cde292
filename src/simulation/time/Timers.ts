/** Timer that has been set. */
export interface Timer {
  /** Milliseconds of virtual time. */
  readonly at: number
  /** Orders timers of one instant. */
  readonly tieBreak: number
  readonly fire: () => void
  cancelled: boolean
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.tieBreak < b.tieBreak)

/** Binary heap of timers, the next to fire first. Cancelled ones stay in it until their time. */
export class Timers {
  readonly #heap: Array<Timer> = []
  /** Number of timers that are not cancelled. */
  size = 0

  set(at: number, tieBreak: number, fire: () => void): Timer {
    const timer: Timer = { at, tieBreak, fire, cancelled: false }
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

  /** Gives the next to fire. */
  peek(): Timer | undefined {
    while (this.#heap[0]?.cancelled === true) this.#pop()
    return this.#heap[0]
  }

  /** Takes out the next to fire. */
  take(): Timer | undefined {
    const next = this.peek()
    if (next === undefined) return undefined
    this.#pop()
    next.cancelled = true
    this.size--
    return next
  }

  /** Drops all. */
  clear(): void {
    this.#heap.length = 0
    this.size = 0
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
