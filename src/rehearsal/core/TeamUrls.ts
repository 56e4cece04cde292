import type { TeamId } from "../../wire/TeamId.ts"

/** A URL that was handed out. */
export interface Ticket {
  readonly team: TeamId
  used: boolean
}

/** URLs of one team that are kept. Older ones lead nowhere. */
const perTeam = 8

const prefix = "/connect/"

/** Hands out the paths of team URLs. `mint` gives a path segment, a new one each time. */
export class TeamUrls {
  readonly #mint: () => string
  readonly #tickets = new Map<string, Ticket>()
  readonly #byTeam = new Map<TeamId, Array<string>>()

  constructor(mint: () => string) {
    this.#mint = mint
  }

  /** Hands out a path. */
  issue(team: TeamId): string {
    const path = prefix + this.#mint()
    this.#tickets.set(path, { team, used: false })
    const paths = this.#byTeam.get(team)
    if (paths === undefined) {
      this.#byTeam.set(team, [path])
    } else {
      paths.push(path)
      const oldest = paths.length > perTeam ? paths.shift() : undefined
      if (oldest !== undefined) this.#tickets.delete(oldest)
    }
    return path
  }

  find(path: string): Ticket | undefined {
    return this.#tickets.get(path)
  }
}
