import type { RehearsalState } from "../../rehearsal/RehearsalState.ts"
import type { HeldUntil, HeldResource } from "../../services/LeakAudit.ts"
import type { SettingsValues } from "../../services/Settings.ts"
import type { Stats } from "../../services/Stats.ts"
import type { TeamRegistry } from "../../services/TeamRegistry.ts"
import type { GlobalServerEvent } from "../../wire/GlobalApi.ts"
import type { TeamServerEvent } from "../../wire/TeamApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { VirtualTime } from "../time/VirtualTime.ts"
import type { Invariant, Violation } from "../Violation.ts"
import type { CheckedConnection } from "./CheckedConnection.ts"
import type { Guarantees } from "./Guarantees.ts"
import { Model, type TeamModel } from "./Model.ts"

/** What an invariant hears, in the order in which it happens. */
export interface Observer {
  readonly onDial?: (connection: CheckedConnection) => void
  readonly onOpened?: (connection: CheckedConnection) => void
  /** Before the fleet reads a frame: an event, or `undefined` for anything else. */
  readonly onTeamFrame?: (connection: CheckedConnection, event: TeamServerEvent | undefined) => void
  readonly onGlobalFrame?: (connection: CheckedConnection, event: GlobalServerEvent | undefined) => void
  /** After the fleet has read it, in the same turn. */
  readonly afterFrame?: (connection: CheckedConnection) => void
  readonly onSend?: (connection: CheckedConnection, frame: string) => void
  /** The fleet begins to end it: called first, and again for what it does after that. */
  readonly onGiveUp?: (connection: CheckedConnection, how: "close" | "terminate") => void
  readonly onEnded?: (connection: CheckedConnection) => void
  readonly onJoin?: (team: TeamModel) => void
  readonly onLeft?: (team: TeamModel) => void
  /** Nothing more can happen at this instant. */
  readonly atEndOfInstant?: () => void
}

/** The fleet's own books. */
export interface Books {
  readonly stats: Stats["Service"]
  readonly registry: TeamRegistry["Service"]
}

/** How many times longer than in good weather anything is under way, at the most. */
export const slowestNetwork = 30

/** What the weather does to the network. */
export interface Network {
  /** How many times longer than in good weather everything is under way. */
  slowness: number
  /** When all that has gone on its way so far will have arrived, at the latest: milliseconds of virtual time. */
  arrivedBy: number
}

/** What all invariants share: what is true, what the fleet says, and where to complain. */
export class Checker {
  readonly model = new Model()
  readonly time: VirtualTime["Service"]
  readonly settings: SettingsValues
  readonly bounds: Guarantees
  /** What the server knows. */
  readonly server: RehearsalState
  readonly network: Network
  readonly violations: Array<Violation> = []
  readonly #trace: ((line: string) => void) | undefined
  observers: ReadonlyArray<Observer> = []
  readonly #held: Array<HeldResource> = []
  /** Where the fleet's services tell what they hold. */
  readonly holdings = { add: (holding: HeldResource) => void this.#held.push(holding) }
  /** There once the fleet has been built. */
  books: Books | undefined = undefined

  constructor(parts: {
    readonly time: VirtualTime["Service"]
    readonly settings: SettingsValues
    readonly bounds: Guarantees
    readonly server: RehearsalState
    readonly network: Network
    readonly trace: ((line: string) => void) | undefined
  }) {
    this.time = parts.time
    this.settings = parts.settings
    this.bounds = parts.bounds
    this.server = parts.server
    this.network = parts.network
    this.#trace = parts.trace
  }

  /** Time in which the fleet did not stand still. */
  get awake(): number {
    return this.time.now() - this.time.stalled()
  }

  /** Adds a line to the story. */
  tell(line: () => string): void {
    this.#trace?.(`${(this.time.now() / 1000).toFixed(3).padStart(9)}  ${line()}`)
  }

  violated(invariant: Invariant, detail: string): void {
    this.violations.push({ invariant, at: this.time.now(), detail })
    this.tell(() => `VIOLATED ${invariant}: ${detail}`)
  }

  /** What the fleet's services have not given back, of what they should have by then. */
  leftovers(by: HeldUntil): ReadonlyArray<string> {
    const due = this.#held.filter(({ until }) => until === "drained" || by === "closed")
    return due
      .map(({ count, what }) => [count(), what] as const)
      .flatMap(([n, what]) => (n > 0 ? [`${n} ${what}`] : []))
  }

  join(id: TeamId): void {
    const team = this.model.team(id)
    if (!team.wanted) {
      team.wanted = true
      team.stay++
    }
    for (const observer of this.observers) observer.onJoin?.(team)
  }

  left(id: TeamId): void {
    const team = this.model.teams.get(id)
    if (team === undefined || !team.wanted) return
    team.wanted = false
    for (const observer of this.observers) observer.onLeft?.(team)
  }
}
