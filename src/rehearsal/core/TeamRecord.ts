import { hasProps } from "../../services/hasProps.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Tally, TeamView } from "../RehearsalState.ts"

export class MutableTally implements Tally {
  messages = 0
  props = 0

  add(messages: number, props: number): void {
    this.messages += messages
    this.props += props
  }
}

/** The props of a message: 1 or 0. */
export const propsOf = (text: string): number => (hasProps(text) ? 1 : 0)

/** Record of what the server has seen of one team. */
export class TeamRecord implements TeamView {
  readonly id: TeamId
  readonly host: string
  present = false
  /** Whether its join has been said on any Global connection. */
  announced = false
  readonly said = new MutableTally()
  readonly delivered = new MutableTally()
  openSockets = 0
  maxOpenSockets = 0
  opens = 0
  asks = 0
  foiled = 0
  dialsWhenAbsent = 0
  pings = 0
  readonly pingIds: Array<number | string> = []
  protocolPings = 0
  readonly malformed: Array<string> = []
  readonly closeCodes: Array<number> = []

  constructor(id: TeamId, host: string) {
    this.id = id
    this.host = host
  }
}
