import type { TeamHealth } from "../../src/wire/GlobalApi.ts"

/** Milliseconds that an ask waits for its team to be written, at most: after that it is sent all the same. */
const patience = 2_000

/** What the platform knows of a team: what a fleet that is killed may not lose. */
interface TeamAccount {
  wanted: boolean
  /** True if it was asked for first in the present life. */
  isNew: boolean
  /** Messages that were ever sent to it. */
  sent: number
  /** Messages of the last answer to a healthcheck. */
  told: number
  /** Messages that the present life of the fleet has begun with. */
  base: number
  /** Times of those that were sent since, in milliseconds. */
  times: Array<number>
}

/** Account of a platform, which each life of the fleet is held to. Times are milliseconds. */
export class Account {
  readonly #teams = new Map<number, TeamAccount>()
  /** Time at which the last life that talked was killed; `undefined` while one talks. */
  #killedAt: number | undefined = undefined
  /** What did not hold. */
  readonly problems: Array<string> = []
  sent = 0
  /** Messages that lives were killed with, before they were written. */
  lost = 0
  /** Time between the oldest of these and the end of its life. */
  oldestLoss = 0
  answers = 0
  /** Longest time from a join to the ask for it, which waits until it is written. */
  slowestAsk = 0
  /** Lives that have told that their state cannot be written. */
  troubles = 0

  #team(id: number): TeamAccount {
    const known = this.#teams.get(id)
    if (known !== undefined) return known
    const team: TeamAccount = { wanted: false, isNew: true, sent: 0, told: 0, base: 0, times: [] }
    this.#teams.set(id, team)
    return team
  }

  /** Teams that were asked for and have not left. */
  get wanted(): ReadonlyArray<number> {
    return [...this.#teams].flatMap(([id, team]) => (team.wanted ? [id] : []))
  }

  /** The fleet has asked for it, so long after it was joined: from now on it may not be lost. */
  asked(id: number, after = 0): void {
    this.slowestAsk = Math.max(this.slowestAsk, after)
    if (after < patience) this.#team(id).wanted = true
  }

  /** The fleet has told that its state cannot be written: what has come since may be lost with it. */
  troubled(): void {
    this.troubles++
    for (const team of this.#teams.values()) {
      if (team.isNew) team.wanted = false
      team.told = team.base
    }
  }

  left(id: number): void {
    this.#team(id).wanted = false
  }

  said(id: number, at: number): void {
    const team = this.#team(id)
    team.sent++
    team.times.push(at)
    this.sent++
  }

  killed(at: number): void {
    this.#killedAt ??= at
  }

  /** Takes an answer to a healthcheck. */
  told(health: ReadonlyArray<TeamHealth>): void {
    this.answers++
    const said = new Map(health.map((each) => [each.id, each]))
    for (const [id, team] of this.#teams) {
      const { message_count: count, props_count: props } = said.get(id) ?? { message_count: undefined, props_count: 0 }
      if (count === undefined) {
        if (team.wanted || team.told > 0) this.problems.push(`team ${id} is lost`)
        continue
      }
      if (count < team.told) this.problems.push(`team ${id} was told with ${team.told} messages, and now with ${count}`)
      if (count > team.sent) this.problems.push(`team ${id} has ${count} messages, and ${team.sent} were sent`)
      // Each message has them.
      if (count !== props) this.problems.push(`team ${id} has ${count} messages with ${props} props: that is torn`)
      team.told = count
    }
  }

  /** Takes the first answer of a life: what is not in it is lost. */
  begun(health: ReadonlyArray<TeamHealth>): void {
    this.told(health)
    const killedAt = this.#killedAt ?? 0
    this.#killedAt = undefined
    for (const team of this.#teams.values()) {
      const kept = team.told - team.base
      const first = team.times[kept]
      if (first !== undefined && first < killedAt) {
        this.lost += team.times.length - kept
        this.oldestLoss = Math.max(this.oldestLoss, killedAt - first)
      }
      team.base = team.told
      team.isNew = false
      team.times = []
    }
  }
}
