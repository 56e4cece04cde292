import type { Dials, DialSelection, Target } from "../Rehearsal.ts"

/** Answer to a handshake that nothing else refuses. */
export type Verdict =
  | { readonly _tag: "Accept" }
  | { readonly _tag: "Refuse"; readonly status: number }
  | { readonly _tag: "Hang" }
  | { readonly _tag: "Delay"; readonly millis: number }

interface Rule<A> {
  readonly of: Dials
  readonly outcome: A
  left: number
}

const applies = (of: Dials, target: Target | undefined): boolean => {
  if (of === "all") return true
  if (target === undefined) return false
  if (of === "teams") return target !== "global"
  if (of === "global" || target === "global") return of === target
  return of.team === target.team
}

/** Rules in the order that they were made, each for a number of cases. */
class CountedRules<A> {
  #rules: Array<Rule<A>> = []

  add(selection: DialSelection | undefined, outcome: A): void {
    this.#rules.push({ of: selection?.of ?? "teams", left: selection?.count ?? Infinity, outcome })
  }

  take(target: Target | undefined): A | undefined {
    const rule = this.#rules.find(({ of }) => applies(of, target))
    if (rule === undefined) return undefined
    if (--rule.left <= 0) this.#rules = this.#rules.filter((other) => other !== rule)
    return rule.outcome
  }

  clear(): void {
    this.#rules = []
  }
}

const overLimit: Verdict = { _tag: "Refuse", status: 503 }

/** Rules of how handshakes are answered, and which hellos are lost. */
export class DialRules {
  readonly verdicts = new CountedRules<Verdict>()
  readonly lostHellos = new CountedRules<true>()
  outage: Verdict | undefined = undefined
  #perSecond = Infinity
  #second = 0
  #taken = 0

  limit(perSecond: number): void {
    this.#perSecond = perSecond
    this.#taken = 0
  }

  clear(): void {
    this.verdicts.clear()
    this.lostHellos.clear()
    this.#perSecond = Infinity
  }

  judge(target: Target | undefined, now: number): Verdict {
    const verdict = this.outage ?? this.verdicts.take(target) ?? { _tag: "Accept" }
    if (verdict._tag !== "Accept" && verdict._tag !== "Delay") return verdict
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#taken = 0
    }
    return this.#taken++ < this.#perSecond ? verdict : overLimit
  }
}
