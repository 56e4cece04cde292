import type { TeamId } from "../../wire/TeamId.ts"
import type { Candidate } from "./policy/DialPolicy.ts"

/** A team's session, as dial control knows it. One ask or one dial of it waits or is under way at a time. */
export class Turn {
  readonly team: TeamId
  /** Its place among those that ask Global; kept from its first ask to the answer, so that a team that is up has none. */
  ask: Candidate<Turn> | undefined = undefined
  /** Its place at the host that it dials, or is connected to. */
  dial: Candidate<Turn> | undefined = undefined
  /** True once an ask of it has been answered with an offer. */
  hasBeenOffered = false
  /** True from the start of a dial to the end of its connection: it takes a file descriptor. */
  hasSocket = false
  /** Resumes the fiber that waits for its turn. */
  begin: (() => void) | undefined = undefined
  /** Tells the team, while it waits, that it is held up: with what the last start that failed died of. */
  hold: ((why: string) => void) | undefined = undefined
  /** Ends what is under way, which hangs where others get through. */
  giveUp: (() => void) | undefined = undefined

  constructor(team: TeamId) {
    this.team = team
  }
}
