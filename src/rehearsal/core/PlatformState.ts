import type { Redacted } from "effect"
import type { TeamId } from "../../wire/TeamId.ts"
import type { RehearsalState } from "../RehearsalState.ts"
import type { ChangeSignal } from "./ChangeSignal.ts"
import { DialLog } from "./DialLog.ts"
import { GlobalRecord } from "./GlobalRecord.ts"
import { MutableTally, TeamRecord } from "./TeamRecord.ts"

/** Counts all that the server says and sees. Each step costs the same, however many teams there are. */
export class PlatformState implements RehearsalState {
  readonly teams = new Map<TeamId, TeamRecord>()
  readonly global = new GlobalRecord()
  readonly dials: DialLog
  readonly said = new MutableTally()
  readonly delivered = new MutableTally()
  presentTeams = 0
  connectedTeams = 0
  openSockets = 0
  maxSocketsOfOneTeam = 0
  readonly changed: () => void
  readonly obstacleTo: RehearsalState["obstacleTo"]
  readonly #hosts: ReadonlyArray<string>

  /** `hosts`: of the teams, who take turns at them. */
  constructor(changes: ChangeSignal, hosts: ReadonlyArray<string>, obstacleTo: RehearsalState["obstacleTo"]) {
    this.#hosts = hosts
    this.obstacleTo = obstacleTo
    this.changed = changes.notify
    this.dials = new DialLog(changes.notify)
  }

  /** A property, so that it can be called when it has been destructured. */
  readonly team = (id: TeamId): TeamRecord =>
    this.teams.get(id) ?? new TeamRecord(id, this.#hosts[this.teams.size % this.#hosts.length]!)

  /** Gives the record of a team, which is made when it first joins. */
  enrol(id: TeamId): TeamRecord {
    const record = this.team(id)
    this.teams.set(id, record)
    return record
  }

  setPresent(team: TeamRecord, present: boolean): void {
    if (team.present === present) return
    team.present = present
    this.presentTeams += present ? 1 : -1
    this.changed()
  }

  teamOpened(team: TeamRecord): void {
    team.opens++
    team.openSockets++
    team.maxOpenSockets = Math.max(team.maxOpenSockets, team.openSockets)
    this.openSockets++
    if (team.openSockets === 1) this.connectedTeams++
    this.maxSocketsOfOneTeam = Math.max(this.maxSocketsOfOneTeam, team.openSockets)
    this.changed()
  }

  teamClosed(team: TeamRecord): void {
    team.openSockets--
    this.openSockets--
    if (team.openSockets === 0) this.connectedTeams--
    this.changed()
  }

  globalOpened(headers: Readonly<Record<string, Redacted.Redacted>>): void {
    this.global.headers = headers
    this.global.opens++
    this.global.openSockets++
    this.global.maxOpenSockets = Math.max(this.global.maxOpenSockets, this.global.openSockets)
    this.changed()
  }

  globalClosed(): void {
    this.global.openSockets--
    this.changed()
  }

  countSaid(team: TeamRecord, props: number): void {
    team.said.add(1, props)
    this.said.add(1, props)
    this.changed()
  }

  countDelivered(team: TeamRecord, messages: number, props: number): void {
    team.delivered.add(messages, props)
    this.delivered.add(messages, props)
    this.changed()
  }
}
