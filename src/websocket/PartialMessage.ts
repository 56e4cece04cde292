const nothing = Buffer.alloc(0)

/** The smallest buffer for a message that comes in more than one read. */
const smallest = 4096

/**
 * Rest that a read leaves for the next one: a message that is not complete, or the first bytes of a frame. Most reads leave
 * nothing, so a connection has one of these only while it needs it.
 */
export class PartialMessage {
  /** The opcode of the message; 0 while there is none. */
  opcode = 0
  /** Number of its frames that have begun. */
  fragments = 0
  /** Whether the frame that is being read is its last. */
  isLast = false
  /** Bytes of the frame's payload that are still to come. */
  missing = 0
  /** The message's payload so far is the first `length` bytes of this buffer. */
  payload: Buffer = nothing
  length = 0
  /** The first bytes of a header or of a control frame. Empty while a data frame is being read. */
  rest: Buffer = nothing
  /** Bytes of the buffer that are counted with those of all connections, and looks at it since it began. */
  counted = 0
  looks = 0

  /**
   * Collects the frame's payload, as far as the read has it. `most`: bytes of the largest message. Returns where the read
   * goes on.
   */
  collect(read: Buffer, from: number, end: number, most: number): number {
    const size = Math.min(this.missing, end - from)
    this.#reserve(size, this.isLast ? this.length + this.missing : most)
    read.copy(this.payload, this.length, from, from + size)
    this.length += size
    this.missing -= size
    return from + size
  }

  /** Keeps the end of a read, which is not yet a whole frame. */
  keep(read: Buffer, from: number, end: number): void {
    this.rest = Buffer.allocUnsafeSlow(end - from)
    read.copy(this.rest, 0, from, end)
  }

  /** Puts what was kept in front of the next read. Returns where that begins now. */
  restore(read: Buffer, start: number): number {
    const from = start - this.rest.length
    this.rest.copy(read, from)
    this.rest = nothing
    return from
  }

  /**
   * Doubles the buffer, so that a large message in small reads or fragments is not copied anew for each; but to no more than it
   * may become, and never for bytes that a header has only announced.
   */
  #reserve(size: number, most: number): void {
    const needed = this.length + size
    if (needed <= this.payload.length) return
    const payload = Buffer.allocUnsafeSlow(Math.min(most, Math.max(2 * needed, smallest)))
    this.payload.copy(payload, 0, 0, this.length)
    this.payload = payload
  }
}
