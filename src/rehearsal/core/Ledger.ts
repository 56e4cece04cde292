import type { Redacted } from "effect"
import type { GlobalClientEvent, TeamHealth } from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { GlobalView, RehearsalState } from "../RehearsalState.ts"
import type { Changes } from "./Changes.ts"
import { DialLog } from "./DialLog.ts"
import { MutableTally, TeamRecord } from "./TeamRecord.ts"

/** What the server has seen on the Global API. */
export class GlobalRecord implements GlobalView {
  openSockets = 0
  maxOpenSockets = 0
  opens = 0
  headers: Readonly<Record<string, Redacted.Redacted>> = {}
  protocolPings = 0
  readonly received: Array<GlobalClientEvent> = []
  readonly malformed: Array<string> = []
  readonly closeCodes: Array<number> = []
  readonly healthchecks: Array<ReadonlyArray<TeamHealth>> = []
  healthcheckCount = 0
}

/** The books of the server: all that it counts is counted here, in steps that cost the same for any number of teams. */
export class Ledger implements RehearsalState {
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

  constructor(changes: Changes) {
    this.changed = changes.notify
    this.dials = new DialLog(changes.notify)
  }

  /** A property, so that who takes the state apart can still call it. */
  readonly team = (id: TeamId): TeamRecord => this.teams.get(id) ?? new TeamRecord(id)

  /** The record of a team, made when it joins first. */
  enrol(id: TeamId): TeamRecord {
    const known = this.teams.get(id)
    if (known !== undefined) return known
    const record = new TeamRecord(id)
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
