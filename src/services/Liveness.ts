/** Signs of life of a connection's peer, as far as others may know them. */
export interface LivenessView {
  /** Sweeps since the last one. */
  readonly silence: number
  /** Time of the last answer to a ping: milliseconds of Effect's clock, to be shown; 0 before the first. */
  readonly answeredAt: number
  /** Round trip of that ping, in whole milliseconds. */
  readonly roundTrip: number
}

/** The part of keep-alive that its connections share. */
export interface Sweeper {
  /** Sweeps so far: the clock that silence is told by. */
  sweeps: number
  /** Takes the time of an answer to the last ping. */
  readonly answered: (liveness: Liveness) => void
}

const nobody: Sweeper = { sweeps: 0, answered: () => {} }

/**
 * Signs of life of one connection's peer. The connection tells of them by `heard`, `opened` and `answered`; the rest belongs
 * to keep-alive, which judges by them.
 */
export class Liveness implements LivenessView {
  sweeper: Sweeper = nobody
  /** The sweep of the last sign of life. */
  heardAt = 0
  /** The sweep of the next ping, and that of the next visit. */
  nextPing = 0
  nextVisit = 0
  /** True once the peer has ever been heard. */
  greeted = false
  /** Time at which the handshake was done, in milliseconds of the monotonic clock; `Infinity` before. */
  openedAt = Infinity
  /** Time at which the last ping was sent, in milliseconds of the monotonic clock. */
  pingedAt = 0
  answeredAt = 0
  roundTrip = 0

  get silence(): number {
    return this.sweeper.sweeps - this.heardAt
  }

  /** Notes a sign of life: any frame from the peer is one. */
  heard(): void {
    this.heardAt = this.sweeper.sweeps
    this.greeted = true
  }

  /** Notes that bytes come from the peer, though it has not been heard yet: what it says is not whole. */
  stirred(): void {
    this.heardAt = this.sweeper.sweeps
  }

  /** Begins to count silence: the handshake is done, and only now can the peer be silent. `now`: of the monotonic clock. */
  opened(now: number): void {
    this.openedAt = now
    this.heardAt = this.sweeper.sweeps
  }

  /** Notes that the last ping was answered. */
  answered(): void {
    this.sweeper.answered(this)
  }
}

/** Says that a peer was silent for too long. */
export const tellDead = (greeted: boolean): string =>
  greeted ? "the peer is dead: it has been silent for too long" : "the peer is dead: it has never said a word"
