import type { BotCounts } from "../services/BotHost.ts"
import type { TeamId } from "../wire/TeamId.ts"
import type { Bounds } from "./bounds.ts"
import type { Batch, Report } from "./protocol.ts"

/** Fields of a message in a {@link Batch}. */
const width = 3

/**
 * Account of every message for a bot that runs apart: what waits for it, what it has, and what became of the rest. Nothing
 * is counted twice, and nothing is left out: `offered` is the sum of the other counts and of what is held.
 */
export class Feed {
  readonly #bounds: Bounds
  readonly #counts = { offered: 0, handled: 0, failed: 0, overflow: 0, lost: 0 }
  #waiting: Array<TeamId> = []
  /** Numbers of messages that wait, by team. */
  readonly #waitingOf = new Map<TeamId, number>()
  #waitingCharacters = 0
  /** What the bot has been given, and has not told of. */
  #given = 0
  #givenCharacters = 0

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  get counts(): BotCounts {
    return { ...this.#counts }
  }

  /** Messages that wait. */
  get waiting(): number {
    return this.#waiting.length / width
  }

  /** Messages that wait, or that the bot has. */
  get held(): number {
    return this.waiting + this.#given
  }

  /** Takes a message. False if there was no room for it. */
  offer(teamId: TeamId, text: string, receivedAt: number): boolean {
    this.#counts.offered++
    const { characters, messages, perTeam } = this.#bounds
    const ofTeam = this.#waitingOf.get(teamId) ?? 0
    const held = this.#waitingCharacters + this.#givenCharacters
    // However long a message is, it is taken where no other is held.
    const isTooLong = this.held > 0 && held + text.length > characters
    const isFull = this.held >= messages || isTooLong
    if (isFull || ofTeam >= perTeam) {
      this.#counts.overflow++
      return false
    }
    this.#waitingOf.set(teamId, ofTeam + 1)
    this.#waiting.push(teamId, text, receivedAt)
    this.#waitingCharacters += text.length
    return true
  }

  /** Gives the next batch to the bot: what waits, but no more than a turn of the event loop should carry. */
  take(): Batch {
    const { batch, batchCharacters } = this.#bounds
    if (this.waiting <= batch && this.#waitingCharacters <= batchCharacters) return this.#takeAll()
    let end = 0
    let characters = 0
    while (end < batch * width && end < this.#waiting.length) {
      const { length } = String(this.#waiting[end + 1])
      if (end > 0 && characters + length > batchCharacters) break
      characters += length
      this.#forgetOne(this.#waiting[end]!)
      end += width
    }
    return this.#give(this.#waiting.splice(0, end), characters)
  }

  /** Counts what the bot tells of. False if it tells of more than it has: then it is damaged, and nothing is counted. */
  settle({ characters, done, failed, overflow }: Report): boolean {
    if (done > this.#given || failed + overflow > done) return false
    this.#given -= done
    this.#givenCharacters = this.#given === 0 ? 0 : Math.max(0, this.#givenCharacters - characters)
    this.#counts.handled += done - failed - overflow
    this.#counts.failed += failed
    this.#counts.overflow += overflow
    return true
  }

  /** Counts as lost what a bot has that has ended. Gives the number. */
  loseGiven(): number {
    const lost = this.#given
    this.#counts.lost += lost
    this.#given = 0
    this.#givenCharacters = 0
    return lost
  }

  /** Counts as lost all that is held, at the end. Gives the number. */
  loseAll(): number {
    this.#takeAll()
    return this.loseGiven()
  }

  #takeAll(): Batch {
    const all = this.#waiting
    this.#waiting = []
    this.#waitingOf.clear()
    return this.#give(all, this.#waitingCharacters)
  }

  #give(batch: Batch, characters: number): Batch {
    this.#waitingCharacters -= characters
    this.#given += batch.length / width
    this.#givenCharacters += characters
    return batch
  }

  #forgetOne(teamId: TeamId): void {
    const left = (this.#waitingOf.get(teamId) ?? 1) - 1
    if (left === 0) this.#waitingOf.delete(teamId)
    else this.#waitingOf.set(teamId, left)
  }
}
