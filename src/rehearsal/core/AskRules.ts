import type { TeamId } from "../../wire/TeamId.ts"
import { Answer } from "../Rehearsal.ts"

interface Rule {
  readonly answer: Answer
  left: number
}

const once = Answer.Once()

/** True for an answer at once with a URL that works. */
export const isGood = ({ _tag }: Answer): boolean => _tag === "Once" || _tag === "Twice"

/** Rules of how asks (`team.connect`) are answered. */
export class AskRules {
  readonly #teams = new Map<TeamId, Rule>()
  #all: Rule = { answer: once, left: Infinity }

  set(answer: Answer, team: TeamId | undefined, times = Infinity): void {
    const rule = { answer, left: times }
    if (team !== undefined) {
      this.#teams.set(team, rule)
    } else {
      this.#teams.clear()
      this.#all = rule
    }
  }

  /** Tells why the next ask would bring no good offer at once; `undefined` if it would. */
  obstacle(team: TeamId): string | undefined {
    const own = this.#teams.get(team)
    const rule = own !== undefined && own.left > 0 ? own : this.#all
    if (rule.left <= 0 || isGood(rule.answer)) return undefined
    return `asks are answered: ${rule.answer._tag}`
  }

  next(team: TeamId): Answer {
    const own = this.#teams.get(team)
    if (own !== undefined) {
      if (own.left-- > 0) return own.answer
      this.#teams.delete(team)
    }
    return this.#all.left-- > 0 ? this.#all.answer : once
  }
}
