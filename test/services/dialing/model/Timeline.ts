interface Event {
  readonly at: number
  readonly order: number
  readonly happens: () => void
}

const isBefore = (one: Event, other: Event): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order)

/** Virtual time, in milliseconds: what is planned happens in order, and of two that are due together the one planned first. */
export class Timeline {
  now = 0
  /** A binary heap: no event comes after those below it. */
  readonly #events: Array<Event> = []
  #planned = 0

  at(at: number, happens: () => void): void {
    const events = this.#events
    const event = { at: Math.max(at, this.now), order: this.#planned++, happens }
    let place = events.push(event) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      if (isBefore(events[above]!, event)) break
      events[place] = events[above]!
      place = above
    }
    events[place] = event
  }

  /** Lets time pass for so long, or until something is the case: then gives true. */
  run(millis: number, isDone: () => boolean = () => false): boolean {
    const end = this.now + millis
    while (this.#events.length > 0 && this.#events[0]!.at <= end) {
      if (isDone()) return true
      const event = this.#takeFirst()
      this.now = event.at
      event.happens()
    }
    if (isDone()) return true
    this.now = end
    return false
  }

  #takeFirst(): Event {
    const events = this.#events
    const first = events[0]!
    const last = events.pop()!
    if (events.length === 0) return first
    let place = 0
    for (let below = 1; below < events.length; below = 2 * place + 1) {
      if (below + 1 < events.length && isBefore(events[below + 1]!, events[below]!)) below++
      if (isBefore(last, events[below]!)) break
      events[place] = events[below]!
      place = below
    }
    events[place] = last
    return first
  }
}
