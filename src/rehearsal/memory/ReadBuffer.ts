/** Frames that have been sent to a reader and are not read yet: under way, or held back by a pause. */
export class ReadBuffer {
  readonly #limit: number
  readonly #mayRead: () => boolean
  #arrived: Array<() => void> = []
  #size = 0
  paused = false

  /** `limit` bounds the sum of the sizes. `mayRead` is false once the reader has gone. */
  constructor(limit: number, mayRead: () => boolean) {
    this.#limit = limit
    this.#mayRead = mayRead
  }

  /** True if there is room for so much more. An empty buffer has room for one thing of any size. */
  hasRoom(size: number): boolean {
    return this.#size === 0 || this.#size + size <= this.#limit
  }

  /** Reserves room for something that is sent. Returns what to call when it arrives. */
  reserve(size: number, read: () => void): () => void {
    this.#size += size
    return () => {
      this.#arrived.push(() => {
        this.#size -= size
        read()
      })
      this.readOn()
    }
  }

  /** Reads what has arrived, unless paused. */
  readOn(): void {
    while (!this.paused && this.#mayRead()) {
      const read = this.#arrived.shift()
      if (read === undefined) return
      read()
    }
  }

  clear(): void {
    this.#arrived = []
  }
}
