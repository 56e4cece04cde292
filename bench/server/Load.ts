import { setTimeout as sleep } from "node:timers/promises"
import { batch, propsOf } from "./frames.ts"
import type { Global } from "./Global.ts"
import type { Line, Teams } from "./Teams.ts"

/** Messages that were sent, and seconds until the client had read them. */
export interface Sent {
  readonly messages: number
  readonly props: number
  readonly seconds: number
}

/** Between two turns of an offered load. In milliseconds. */
const turn = 10

/** Messages to all teams. */
export class Load {
  readonly #teams: Teams
  readonly #global: Global

  constructor(teams: Teams, global: Global) {
    this.#teams = teams
    this.#global = global
  }

  /**
   * As much as the client takes: writes of `framesAWrite` frames to each team, `rounds` times. One half of the teams is
   * written to when the other half has been read, so that the client always has work and no socket ever holds two writes.
   */
  readonly flood = async (options: { readonly framesAWrite: number; readonly rounds: number }): Promise<Sent> => {
    const lines = [...this.#teams.lines]
    const middle = lines.length >> 1
    const halves = [lines.slice(0, middle), lines.slice(middle)]
    const read = [Promise.resolve(), Promise.resolve()]
    const batches = batchesOf(lines, options.framesAWrite)
    const tally = new Tally(lines)
    for (let round = 0; round < options.rounds; round++) {
      for (const [index, half] of halves.entries()) {
        await read[index]
        for (const line of half) write(line, batches, options.framesAWrite)
        read[index] = this.#global.barrier()
      }
    }
    await Promise.all(read)
    return tally.end()
  }

  /** So many messages a second for so long, whether the client takes them or not. */
  readonly offer = async (options: {
    readonly framesAWrite: number
    readonly perSecond: number
    readonly seconds: number
  }): Promise<Sent> => {
    const lines = [...this.#teams.lines]
    const writes = (options.perSecond * options.seconds) / options.framesAWrite
    const batches = batchesOf(lines, options.framesAWrite)
    const tally = new Tally(lines)
    let written = 0
    while (written < writes) {
      const due = Math.min(writes, Math.ceil((tally.elapsed * options.perSecond) / options.framesAWrite))
      for (; written < due; written++) write(lines[written % lines.length]!, batches, options.framesAWrite)
      await sleep(turn)
    }
    await this.#global.barrier()
    return tally.end()
  }
}

/** What is written at once, for each place in the talk. All teams of a client speak the same dialect. */
const batchesOf = ([line]: ReadonlyArray<Line>, frames: number): ReadonlyArray<Buffer> =>
  line === undefined ? [] : line.dialect.messages.map((_, first) => batch(line.dialect.messages, first, frames))

/** Writes to a team: where it stands in the talk, its next frames. */
const write = (line: Line, batches: ReadonlyArray<Buffer>, frames: number): void => {
  line.socket.write(batches[line.sent % batches.length]!)
  line.sent += frames
}

class Tally {
  readonly #lines: ReadonlyArray<Line>
  readonly #before: ReadonlyArray<number>
  readonly #began = performance.now()

  constructor(lines: ReadonlyArray<Line>) {
    this.#lines = lines
    this.#before = lines.map(({ sent }) => sent)
  }

  get elapsed(): number {
    return (performance.now() - this.#began) / 1000
  }

  end(): Sent {
    const sent = { messages: 0, props: 0, seconds: this.elapsed }
    for (const [index, line] of this.#lines.entries()) {
      const before = this.#before[index]!
      sent.messages += line.sent - before
      sent.props += propsOf(line.sent) - propsOf(before)
    }
    return sent
  }
}
