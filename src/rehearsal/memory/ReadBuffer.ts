/** What has been sent to a reader and is not read: under way, or held back by a pause. */
export class ReadBuffer {
  readonly #limit: number
  readonly #mayRead: () => boolean
  #arrived: Array<() => void> = []
  #size = 0
  paused = false

  /** `limit` is of the sizes together; `mayRead` is false when the reader has gone. */
  constructor(limit: number, mayRead: () => boolean) {
    this.#limit = limit
    this.#mayRead = mayRead
  }

  /** True if there is room for so much more: one thing of any size, or what fits. */
  hasRoom(size: number): boolean {
    return this.#size === 0 || this.#size + size <= this.#limit
  }

  /** Keeps room for something that is sent; gives what to do when it arrives. */
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
