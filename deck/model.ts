import type { FeedEvent, FleetView, Phase, Point, Trouble } from "./api.ts"
import { listen } from "./feed.ts"
import { append } from "./past.ts"
import type { LivePhase } from "./phases.ts"

export type TeamId = number | string

/** Team on the map. */
export interface Cell {
  readonly id: TeamId
  phase: Phase
  /** Time of the last change that this page saw, by `performance.now`. */
  changedAt: number
}

/** State of the page's connection to the process. */
export type Link =
  | { readonly state: "waiting" }
  | { readonly state: "live" }
  | { readonly state: "lost"; readonly since: number }
  | { readonly state: "token" }
  | { readonly state: "displaced" }

const none = { connected: 0, connecting: 0, denied: 0, retrying: 0, slow: 0 }

const keyOf = (id: TeamId): string => `${typeof id} ${id}`

/** Orders ids as the process does: integers by value, then texts. */
const compare = (a: TeamId, b: TeamId): number => {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1
  if (typeof b === "number") return 1
  return a < b ? -1 : a > b ? 1 : 0
}

/** Everything that the page knows. It changes in place, and calls its watchers after each change. */
export class Model {
  link: Link = { state: "waiting" }
  fleet: FleetView | undefined
  trouble: Trouble = { reasons: [], teams: [] }
  seconds: ReadonlyArray<Point> = []
  minutes: ReadonlyArray<Point> = []
  /** Wanted teams, ordered by id. */
  cells: Array<Cell> = []
  /** Start of the process, where it is another one than before: milliseconds since 1970. */
  restartedAt: number | undefined
  selected: TeamId | undefined
  /** Cells of each phase: as new as the map. The process' own counts, in `fleet`, are up to a second older. */
  counts: Readonly<Record<LivePhase, number>> = none

  readonly #byKey = new Map<string, Cell>()
  readonly #watchers = new Set<() => void>()

  /** Adds a watcher. Returns what removes it. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Calls the watchers. */
  changed(): void {
    for (const watcher of this.#watchers) watcher()
  }

  select(id: TeamId | undefined): void {
    this.selected = id
    this.changed()
  }

  find(id: TeamId): Cell | undefined {
    return this.#byKey.get(keyOf(id))
  }

  /** Follows the process until `signal` is aborted. */
  start(signal: AbortSignal): void {
    void listen(
      {
        onEvent: (event) => {
          this.link = { state: "live" }
          this.#take(event)
          this.changed()
        },
        onLost: (why) => {
          if (why !== "lost") this.link = { state: why }
          else if (this.link.state !== "lost") this.link = { state: "lost", since: Date.now() }
          this.changed()
        }
      },
      signal
    )
  }

  #take(event: FeedEvent): void {
    switch (event.type) {
      case "snapshot": {
        if (this.fleet !== undefined && this.fleet.began !== event.fleet.began) this.restartedAt = event.fleet.began
        this.fleet = event.fleet
        this.trouble = event.trouble
        this.seconds = event.past.seconds
        this.minutes = event.past.minutes
        this.#replace(event.cells)
        return
      }
      case "cells":
        return this.#change(event.cells)
      case "tick":
        this.fleet = event.fleet
        this.trouble = event.trouble
        this.seconds = append(this.seconds, event.newest.seconds)
        this.minutes = append(this.minutes, event.newest.minutes)
        return
      case "displaced":
    }
  }

  #replace(cells: ReadonlyArray<readonly [TeamId, Phase]>): void {
    const before = new Map(this.#byKey)
    this.#byKey.clear()
    this.cells = cells.map(([id, phase]) => {
      const known = before.get(keyOf(id))
      const cell = { id, phase, changedAt: known?.phase === phase ? known.changedAt : -Infinity }
      this.#byKey.set(keyOf(id), cell)
      return cell
    })
    this.#count()
  }

  #change(cells: ReadonlyArray<readonly [TeamId, Phase]>): void {
    const now = performance.now()
    let moved = false
    for (const [id, phase] of cells) {
      const known = this.#byKey.get(keyOf(id))
      if (phase === "gone") moved = this.#byKey.delete(keyOf(id)) || moved
      else if (known === undefined) {
        this.#byKey.set(keyOf(id), { id, phase, changedAt: now })
        moved = true
      } else if (known.phase !== phase) {
        known.phase = phase
        known.changedAt = now
      }
    }
    if (moved) this.cells = Array.from(this.#byKey.values()).sort((a, b) => compare(a.id, b.id))
    this.#count()
  }

  #count(): void {
    const counts = { ...none }
    for (const { phase } of this.cells) if (phase !== "gone") counts[phase]++
    this.counts = counts
  }
}
