import { Result } from "effect"
import { heldAfter } from "../../services/dialing/policy/tuning.ts"
import { Endpoint } from "../../wire/Endpoint.ts"
import { GlobalClientCodec, type GlobalServerEvent } from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import { Attempts, type Standing, standings } from "./Attempts.ts"
import type { CheckedConnection } from "./CheckedConnection.ts"
import type { Checker } from "./Checker.ts"
import type { Observer } from "./Observer.ts"
import type { TeamModel } from "./TeamModel.ts"

interface Membership {
  readonly generation: number
  readonly attempts: Attempts
}

/** Ask, or dial of a team that had not failed before. */
interface Start {
  /** Its place among all starts. */
  readonly number: number
  /** Starts of its kind that have come to nothing so far, in their order. */
  readonly kind: Array<number>
}

/** Kind of all asks. */
const asks = "asks"

const kindOfDial = (host: string, standing: Standing) => `${standing} ${host}`

/** What all teams have tried, and which asks and dials of those that go before the failing ones have come to nothing so far. */
export class AttemptLog implements Observer {
  /** Attempts of Global: its look-ups. */
  readonly global = new Attempts()
  readonly #checker: Checker
  readonly #memberships = new Map<TeamId, Membership>()
  /** Starts that may come to something yet: asks, and dials with their connections. */
  readonly #asking = new Map<TeamId, Start>()
  readonly #dialling = new Map<CheckedConnection, Start>()
  /** Starts that have come to nothing so far. */
  readonly #inVain = new Map<string, Array<number>>()
  /** Starts so far. */
  starts = 0
  /** Longest time that a dial of a team has taken to its first frame, in milliseconds. */
  slowestAnswer = 0

  constructor(checker: Checker) {
    this.#checker = checker
  }

  /** Attempts of a team since it has joined. */
  of(team: TeamModel): Attempts {
    const known = this.#memberships.get(team.id)
    if (known?.generation === team.generation) return known.attempts
    const attempts = new Attempts()
    this.#memberships.set(team.id, { generation: team.generation, attempts })
    return attempts
  }

  /** Takes the dials whose connections have held by now for successes. */
  settle(): void {
    for (const connection of this.#dialling.keys()) this.#settle(connection)
  }

  /**
   * Counts the asks that have had no offer, and the dials to a host that have not held, of teams that may go before one with this
   * standing. `after`: how many starts there had been when the count begins.
   */
  inVain(host: string, standing: Standing, after: number): number {
    const before = standings.slice(0, standings.indexOf(standing) + 1)
    const kinds = [asks, ...before.map((each) => kindOfDial(host, each))]
    return kinds.reduce((sum, kind) => {
      const starts = this.#inVain.get(kind) ?? []
      return sum + starts.length - 1 - starts.findLastIndex((number) => number <= after)
    }, 0)
  }

  onSend(connection: CheckedConnection, frame: string): void {
    if (connection.team !== undefined) return
    const sent = GlobalClientCodec.decode(frame)
    if (sent._tag !== "Event" || sent.event.type !== "team.connect") return
    const team = this.#checker.model.team(sent.event.team_id)
    const attempts = this.of(team)
    attempts.asked(this.#checker.time.now())
    if (attempts.hasAskedInVain) return
    this.#asking.set(team.id, this.#begin(asks))
  }

  onGlobalFrame(_: CheckedConnection, event: GlobalServerEvent | undefined): void {
    const { model, server, settings, time } = this.#checker
    if (event?.type === "team.connect") {
      const endpoint = Endpoint.parse(event.ws_url)
      const { host } = server.team(event.team_id)
      const leadsHere = Result.isSuccess(endpoint) && endpoint.success.hostname === host
      this.of(model.team(event.team_id)).offered(leadsHere, time.now(), settings.connectTimeout)
      this.#comesToSomething(this.#asking.get(event.team_id))
      this.#asking.delete(event.team_id)
    } else if (event?.type === "error" && event.team_id != null) {
      this.of(model.team(event.team_id)).refused()
    }
  }

  onLookup(team: TeamId | undefined, what: "begins" | "ends" | "fails"): void {
    const attempts = team === undefined ? this.global : this.of(this.#checker.model.team(team))
    attempts.lookedUp(what)
  }

  onDial(dial: CheckedConnection): void {
    if (dial.team === undefined) return
    const attempts = this.of(this.#checker.model.team(dial.team))
    attempts.dialled()
    if (attempts.standing === "failed") return
    const { host } = this.#checker.server.team(dial.team)
    this.#dialling.set(dial, this.#begin(kindOfDial(host, attempts.standing)))
  }

  onGreeted({ dialledAt, team }: CheckedConnection): void {
    if (team !== undefined) this.slowestAnswer = Math.max(this.slowestAnswer, this.#checker.time.now() - dialledAt)
  }

  onEnded(connection: CheckedConnection): void {
    this.#settle(connection)
    this.#dialling.delete(connection)
    if (connection.team === undefined) return
    const team = this.#checker.model.team(connection.team)
    if (connection.generation !== team.generation) return
    const attempts = this.of(team)
    const { endedAt = 0, failure, openedAt } = connection
    // What our own machine lacks is no failure of the team.
    if (failure?.reason === "local") return
    if (openedAt === undefined) attempts.failed()
    else {
      const wasStable = endedAt - openedAt >= this.#checker.settings.stableAfter
      attempts.ended({ hasHeld: this.#hasHeld(connection), wasStable })
    }
  }

  #hasHeld({ endedAt = this.#checker.time.now(), openedAt = Infinity }: CheckedConnection): boolean {
    return endedAt - openedAt >= heldAfter
  }

  /** Takes a dial for a success once its connection has held. */
  #settle(connection: CheckedConnection): void {
    if (!this.#hasHeld(connection)) return
    this.#comesToSomething(this.#dialling.get(connection))
    this.#dialling.delete(connection)
  }

  #begin(kind: string): Start {
    const inVain = this.#inVain.get(kind) ?? []
    this.#inVain.set(kind, inVain)
    inVain.push(++this.starts)
    return { number: this.starts, kind: inVain }
  }

  #comesToSomething(start: Start | undefined): void {
    if (start !== undefined) start.kind.splice(start.kind.indexOf(start.number), 1)
  }
}
