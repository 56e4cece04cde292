import { stateTags, type TeamState } from "../services/TeamState.ts"
import type { FlightEntry } from "./FlightEntry.ts"

/** What the recorder has kept of one team. */
export interface Flight {
  /** Since when the team has been wanted, or not: milliseconds of Effect's clock. */
  readonly wantedSince: number
  /** Oldest first. */
  readonly entries: ReadonlyArray<FlightEntry>
  /** Older ones that were dropped. */
  readonly dropped: number
}

/** Transitions that are kept of each team. */
export const mostEntries = 32
/** Characters of text that they may hold together. */
export const mostText = 4_096

/** What few entries have. */
type Detail = Pick<FlightEntry, "cause" | "code" | "wait" | "rule" | "lived" | "origin">

const nothing: Detail = {
  cause: undefined,
  code: undefined,
  wait: undefined,
  rule: undefined,
  lived: undefined,
  origin: undefined
}

/** What an entry adds to its time and its step; a dial adds only where it goes, so that is kept as it is. */
const pack = ({ cause, code, lived, origin, rule, wait }: FlightEntry): Detail | string | undefined => {
  if (cause === undefined && code === undefined && wait === undefined && lived === undefined) return origin
  return { cause, code, wait, rule, lived, origin }
}

const number = (packed: Packed): number => (typeof packed === "number" ? packed : 0)

const unpack = (packed: Packed): Detail =>
  typeof packed === "object" ? packed : { ...nothing, origin: typeof packed === "string" ? packed : undefined }

const textOf = (packed: Packed): number => {
  if (typeof packed === "string") return packed.length
  return typeof packed === "object" ? (packed.cause?.length ?? 0) + (packed.origin?.length ?? 0) : 0
}

/** Cells of an entry: milliseconds since the first one, generation, attempt and tag, detail. */
type Packed = number | string | Detail | undefined
const cells = 4

/**
 * The flight of one team, packed: a fleet has thousands, and most entries are steps on the way with nothing to say. Kept as
 * objects, the four of a team that is up weighed 0.5 KB more.
 */
export class Recording {
  wantedSince = 0
  #wanted = false
  #epoch = 0
  #dropped = 0
  /** Where the oldest entry came from; that of each other one is where the one before went. */
  #from: TeamState["_tag"]
  #log: Array<Packed> = []

  constructor(from: TeamState["_tag"]) {
    this.#from = from
  }

  add(entry: FlightEntry, wanted: boolean): void {
    const { at, attempt, generation, to } = entry
    if (this.#log.length === 0) this.#epoch = at
    if (generation !== this.#log.at(1 - cells) || wanted !== this.#wanted) this.wantedSince = at
    this.#wanted = wanted
    const step = attempt * stateTags.length + stateTags.indexOf(to)
    this.#log.push(at - this.#epoch, generation, step, pack(entry))
    // An array that is pushed to keeps room for sixteen cells more; a team that is up stays so for long.
    if (to === "Open") this.#log = this.#log.slice()
    while (this.#log.length > mostEntries * cells || this.#text() > mostText) this.#drop()
  }

  read(): Flight {
    const entries: Array<FlightEntry> = []
    for (let from = this.#from, at = 0; at < this.#log.length; at += cells) {
      const [since, generation, step, detail] = this.#log.slice(at, at + cells)
      const to = stateTags[number(step) % stateTags.length]!
      const attempt = Math.floor(number(step) / stateTags.length)
      entries.push({
        at: this.#epoch + number(since),
        generation: number(generation),
        from,
        to,
        attempt,
        ...unpack(detail)
      })
      from = to
    }
    return { wantedSince: this.wantedSince, entries, dropped: this.#dropped }
  }

  #text(): number {
    let text = 0
    for (let at = cells - 1; at < this.#log.length; at += cells) text += textOf(this.#log[at])
    return text
  }

  #drop(): void {
    this.#from = stateTags[number(this.#log[2]) % stateTags.length]!
    this.#log = this.#log.slice(cells)
    this.#dropped++
  }
}
