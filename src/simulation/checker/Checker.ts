import type { MachineState } from "../../rehearsal/memory/ClientMachine.ts"
import type { RehearsalState } from "../../rehearsal/RehearsalState.ts"
import type { HeldResource, HeldUntil } from "../../services/LeakAudit.ts"
import type { SettingsValues } from "../../services/Settings.ts"
import type { Stats } from "../../services/Stats.ts"
import type { TeamRegistry } from "../../services/TeamRegistry.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { VirtualTime } from "../time/VirtualTime.ts"
import type { Invariant, Violation } from "../Violation.ts"
import { Denials } from "./Denials.ts"
import type { Guarantees } from "./Guarantees.ts"
import type { JournalWatch } from "./JournalWatch.ts"
import { Model } from "./Model.ts"
import type { NetworkConditions } from "./NetworkConditions.ts"
import type { Observer } from "./Observer.ts"

/** Services of the fleet that the checker compares with the model. */
export interface FleetServices {
  readonly stats: Stats["Service"]
  readonly registry: TeamRegistry["Service"]
}

/** State that all invariants share: what is true, what the fleet says, and what was violated. */
export class Checker {
  readonly model = new Model()
  readonly time: VirtualTime["Service"]
  readonly settings: SettingsValues
  readonly guarantees: Guarantees
  /** State of the server. */
  readonly server: RehearsalState
  readonly machine: MachineState
  readonly network: NetworkConditions
  /** Journal of the fleet, if it has one. */
  readonly journal: JournalWatch | undefined
  /** Makes the observers of a life of the fleet. */
  readonly #observe: (checker: Checker) => ReadonlyArray<Observer>
  /** What the platform has denied in this life. */
  denials = new Denials()
  /** Called when the fleet has sent a frame to Global. */
  onGlobalSend: () => void = () => {}
  readonly violations: Array<Violation> = []
  readonly #trace: ((line: string) => void) | undefined
  observers: ReadonlyArray<Observer> = []
  #held: Array<HeldResource> = []
  /** Leak audit that is given to the fleet: its services add what they hold. */
  readonly leakAudit = { add: (resource: HeldResource) => void this.#held.push(resource) }
  /** `undefined` until the fleet has been built. */
  fleet: FleetServices | undefined = undefined

  constructor(parts: {
    readonly time: VirtualTime["Service"]
    readonly settings: SettingsValues
    readonly guarantees: Guarantees
    readonly server: RehearsalState
    readonly machine: MachineState
    readonly network: NetworkConditions
    readonly journal: JournalWatch | undefined
    readonly observe: (checker: Checker) => ReadonlyArray<Observer>
    readonly trace: ((line: string) => void) | undefined
  }) {
    this.time = parts.time
    this.settings = parts.settings
    this.guarantees = parts.guarantees
    this.server = parts.server
    this.machine = parts.machine
    this.network = parts.network
    this.journal = parts.journal
    this.#observe = parts.observe
    this.#trace = parts.trace
  }

  /** Begins a life of the fleet, on what its journal has. */
  beginLife(): void {
    this.model.restore(this.journal?.memory.teams() ?? [])
    this.journal?.lifeBegins()
    this.denials = new Denials()
    this.#held = []
    this.observers = this.#observe(this)
  }

  /** Ends it: nothing is demanded while the fleet is down. */
  endLife(): void {
    this.fleet = undefined
    this.observers = []
    this.model.disconnect()
  }

  /** Milliseconds in which the fleet's event loop was not stalled. */
  get activeTime(): number {
    return this.time.now() - this.time.stalledMillis()
  }

  /** Adds a line to the trace, if there is one. */
  trace(line: () => string): void {
    this.#trace?.(`${(this.time.now() / 1000).toFixed(3).padStart(9)}  ${line()}`)
  }

  violated(invariant: Invariant, detail: string): void {
    this.violations.push({ invariant, at: this.time.now(), detail })
    this.trace(() => `VIOLATED ${invariant}: ${detail}`)
  }

  /** Lists what the fleet's services have not given back, of what they should have by then. */
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
      team.generation++
      team.joinedAt = this.activeTime
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
