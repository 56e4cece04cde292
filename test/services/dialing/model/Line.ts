import { lookEvery } from "../../../../src/services/dialing/Line.ts"
import type { DialPolicy } from "../../../../src/services/dialing/policy/DialPolicy.ts"
import type { Bot } from "./Bot.ts"
import type { Timeline } from "./Timeline.ts"

/** Starts in the time of a look that are let go as they come. */
const fewAtOnce = 5

/** How decisions are carried out, and what there is room for. */
export interface Hands {
  readonly room: () => number
  readonly start: (bot: Bot) => void
  readonly resume: (bot: Bot) => void
  readonly giveUp: (bot: Bot) => void
  readonly wake: (bot: Bot) => void
}

/** Looks at what a policy decides when the fleet's own line does: soon after each fact, and when the policy asks for it. */
export class Line {
  readonly policy: DialPolicy<Bot>
  readonly #timeline: Timeline
  readonly #hands: Hands
  #due = Infinity
  #batchAt = -Infinity
  #begun = 0

  constructor(policy: DialPolicy<Bot>, timeline: Timeline, hands: Hands) {
    this.policy = policy
    this.#timeline = timeline
    this.#hands = hands
  }

  tell(fact: (now: number) => void): void {
    const { now } = this.#timeline
    fact(now)
    this.#lookAt(Math.max(this.policy.dueAt(now), this.#begun < fewAtOnce ? now : this.#batchAt + lookEvery))
  }

  #lookAt(at: number): void {
    const due = Math.max(this.#timeline.now, Math.ceil(at))
    if (due >= this.#due || due === Infinity) return
    this.#due = due
    this.#timeline.at(due, () => {
      if (this.#due === due) this.#look()
    })
  }

  #look(): void {
    const { now } = this.#timeline
    this.#due = Infinity
    const { at, giveUp, resume, start, wake } = this.policy.next(now, this.#hands.room())
    if (now - this.#batchAt >= lookEvery) {
      this.#batchAt = now
      this.#begun = 0
    }
    this.#begun += start.length
    for (const { team } of giveUp) this.#hands.giveUp(team)
    for (const { team } of resume) this.#hands.resume(team)
    for (const { team } of start) this.#hands.start(team)
    this.#lookAt(at)
    for (const { team } of wake) this.#hands.wake(team)
  }
}
