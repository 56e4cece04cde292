import { type StateTag, stateTags } from "../services/TeamState.ts"
import type { FlightEntry } from "./FlightEntry.ts"

/** Recorded past of one team. */
export interface Flight {
  /** Time since which the team has been wanted, or unwanted: milliseconds of Effect's clock. */
  readonly wantedSince: number
  /** Transitions, oldest first. */
  readonly entries: ReadonlyArray<FlightEntry>
  /** Number of older entries that were dropped. */
  readonly dropped: number
}

/** When a team's flight took its turns: milliseconds of Effect's clock. */
export interface FlightTimes {
  /** Time since which the team has been wanted, or unwanted. */
  readonly wantedSince: number
  /** Time of the newest transition. */
  readonly changedAt: number
}

/** Entries that are kept of each team. */
export const mostEntries = 32
/** Characters of text that the entries of a team may hold together. */
export const mostText = 4_096

/** Fields that few entries have. */
type Detail = Pick<FlightEntry, "cause" | "code" | "wait" | "rule" | "lived" | "origin">

const noDetail: Detail = {
  cause: undefined,
  code: undefined,
  wait: undefined,
  rule: undefined,
  lived: undefined,
  origin: undefined
}

/** Cell of a packed entry, which has four: milliseconds since the first entry, generation, step, detail. */
type Packed = number | string | Detail | undefined
const cells = 4
const [generationCell, stepCell, detailCell] = [1, 2, 3] as const

const number = (packed: Packed): number => (typeof packed === "number" ? packed : 0)

/** Packs an attempt's number and the state that it came to. */
const packStep = (attempt: number, to: StateTag): number => attempt * stateTags.length + stateTags.indexOf(to)
const attemptOf = (step: Packed): number => Math.floor(number(step) / stateTags.length)
const stateOf = (step: Packed): StateTag => stateTags[number(step) % stateTags.length]!

/** Packs the details of an entry: nothing for most, the bare origin for a dial, an object for the others. */
const packDetail = ({ cause, code, lived, origin, rule, wait }: FlightEntry): Detail | string | undefined => {
  if (cause === undefined && code === undefined && wait === undefined && lived === undefined) return origin
  return { cause, code, wait, rule, lived, origin }
}

const unpackDetail = (packed: Packed): Detail =>
  typeof packed === "object" ? packed : { ...noDetail, origin: typeof packed === "string" ? packed : undefined }

const textOf = (packed: Packed): number => {
  if (typeof packed === "string") return packed.length
  return typeof packed === "object" ? (packed.cause?.length ?? 0) + (packed.origin?.length ?? 0) : 0
}

/**
 * Records one team's flight, packed into one array of cells. This is only to save memory: kept as objects, the four entries
 * of a team that is up weigh 0.5 KB more, and the bench's limit for the heap of an idle team is 4.5 KB.
 */
export class FlightRecording implements FlightTimes {
  wantedSince = 0
  #wanted = false
  #epoch = 0
  #dropped = 0
  /** State before the oldest entry; each other entry comes from the state that the one before went to. */
  #from: StateTag
  #log: Array<Packed> = []

  constructor(from: StateTag) {
    this.#from = from
  }

  add(entry: FlightEntry, wanted: boolean): void {
    const { at, attempt, generation, to } = entry
    if (this.#log.length === 0) this.#epoch = at
    if (generation !== this.#log.at(generationCell - cells) || wanted !== this.#wanted) this.wantedSince = at
    this.#wanted = wanted
    this.#log.push(at - this.#epoch, generation, packStep(attempt, to), packDetail(entry))
    // An array that has been pushed to keeps room for sixteen cells more; a team that is up stays so for long.
    if (to === "Open") this.#log = this.#log.slice()
    while (this.#log.length > mostEntries * cells || this.#text() > mostText) this.#drop()
  }

  /** Time of the newest entry. */
  get changedAt(): number {
    return this.#epoch + number(this.#log.at(-cells))
  }

  read(): Flight {
    const entries: Array<FlightEntry> = []
    for (let from = this.#from, at = 0; at < this.#log.length; at += cells) {
      const [since, generation, step, detail] = this.#log.slice(at, at + cells)
      const to = stateOf(step)
      entries.push({
        at: this.#epoch + number(since),
        generation: number(generation),
        from,
        to,
        attempt: attemptOf(step),
        ...unpackDetail(detail)
      })
      from = to
    }
    return { wantedSince: this.wantedSince, entries, dropped: this.#dropped }
  }

  #text(): number {
    let text = 0
    for (let at = detailCell; at < this.#log.length; at += cells) text += textOf(this.#log[at])
    return text
  }

  #drop(): void {
    this.#from = stateOf(this.#log[stepCell])
    this.#log = this.#log.slice(cells)
    this.#dropped++
  }
}
