import { Duration } from "effect"
import type { Dials, DialSelection, Target } from "../Rehearsal.ts"

/** Close frame with which the server ends a socket that it has just accepted. */
export interface EarlyClose {
  readonly code: number
  /** Milliseconds from the handshake. 0: before anything is said. */
  readonly after: number
}

/** Answer to a handshake that nothing else refuses. Durations are milliseconds. */
export type Verdict =
  | { readonly _tag: "Admit"; readonly delay: number; readonly earlyClose?: EarlyClose }
  | { readonly _tag: "Refuse"; readonly status: number; readonly retryAfter?: number | undefined }
  | { readonly _tag: "Hang" }

/** What a handshake is for. */
export interface DialPlace {
  /** `undefined` for a path that leads nowhere. */
  readonly target: Target | undefined
  /** Host of a team. */
  readonly host?: string
}

interface Rule<A> {
  readonly applies: (place: DialPlace) => boolean
  readonly outcome: A
  /** Milliseconds of Effect's clock. */
  readonly until: number
  left: number
}

const matcher = (of: Dials): Rule<unknown>["applies"] => {
  if (of === "all") return () => true
  if (of === "global") return ({ target }) => target === "global"
  if (of === "teams") return ({ target }) => target !== undefined && target !== "global"
  if ("host" in of) return ({ host }) => host === of.host
  const teams = new Set("teams" in of ? of.teams : [of.team])
  return ({ target }) => target !== undefined && target !== "global" && teams.has(target.team)
}

/** Rules in the order that they were made, each for a number of cases, and for a time. */
class CountedRules<A> {
  #rules: Array<Rule<A>> = []

  add({ count = Infinity, lasting = Infinity, of = "teams" }: DialSelection, outcome: A, now: number): void {
    this.#rules.push({ applies: matcher(of), outcome, until: now + Duration.toMillis(lasting), left: count })
  }

  peek(place: DialPlace, now: number): A | undefined {
    return this.#find(place, now)?.outcome
  }

  take(place: DialPlace, now: number): A | undefined {
    const rule = this.#find(place, now)
    if (rule === undefined) return undefined
    if (--rule.left <= 0) this.#rules = this.#rules.filter((other) => other !== rule)
    return rule.outcome
  }

  clear(): void {
    this.#rules = []
  }

  #find(place: DialPlace, now: number): Rule<A> | undefined {
    if (this.#rules.some(({ until }) => until <= now)) this.#rules = this.#rules.filter(({ until }) => until > now)
    return this.#rules.find(({ applies }) => applies(place))
  }
}

const overLimit: Verdict = { _tag: "Refuse", status: 503 }
const accept: Verdict = { _tag: "Admit", delay: 0 }

/** Tells why a verdict gives no connection at once, or none that lasts; `undefined` if it does. */
export const trouble = (verdict: Verdict): string | undefined => {
  if (verdict._tag !== "Admit") return `handshakes: ${verdict._tag}`
  if (verdict.delay > 0) return "handshakes are answered later"
  return verdict.earlyClose === undefined ? undefined : "sockets are closed again"
}

/** Rules of how handshakes are answered, and which hellos are lost. */
export class DialRules {
  readonly verdicts = new CountedRules<Verdict>()
  readonly lostHellos = new CountedRules<true>()
  outage: Verdict | undefined = undefined
  #perSecond = Infinity
  #second = 0
  #taken = 0
  /** Milliseconds that the server takes for a handshake. */
  #work = 0
  /** Time at which it has done all that it has taken. */
  #doneAt = 0
  /** Times until which clients have been asked to stay away, by host; Global's is "". */
  readonly #awayUntil = new Map<string, number>()

  limit(perSecond: number): void {
    this.#perSecond = perSecond
    this.#taken = 0
  }

  queue(perSecond: number): void {
    this.#work = 1_000 / perSecond
    this.#doneAt = 0
  }

  clear(): void {
    this.verdicts.clear()
    this.lostHellos.clear()
    this.#perSecond = Infinity
    this.#work = 0
  }

  judge(place: DialPlace, now: number): Verdict {
    const verdict = this.outage ?? this.verdicts.take(place, now) ?? accept
    if (verdict._tag === "Refuse" && verdict.retryAfter !== undefined) {
      const host = place.host ?? ""
      // Who was told more than one time stays away until the last of them.
      this.#awayUntil.set(host, Math.max(this.#awayUntil.get(host) ?? 0, now + verdict.retryAfter * 1_000))
    }
    if (verdict._tag !== "Admit") return verdict
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#taken = 0
    }
    return this.#taken++ < this.#perSecond ? this.#enqueue(verdict, now) : overLimit
  }

  /** Tells why a handshake would come to nothing, or might; `undefined` if it would succeed at once, and the socket last. */
  obstacle(place: DialPlace, now: number): string | undefined {
    if (this.outage !== undefined) return "there is an outage"
    if (this.#perSecond < Infinity || this.#work > 0) return "so many handshakes a second are taken"
    if ((this.#awayUntil.get(place.host ?? "") ?? now) > now) return "clients are asked to stay away"
    if (this.lostHellos.peek(place, now) === true) return "hello is lost"
    return trouble(this.verdicts.peek(place, now) ?? accept)
  }

  /** One whose client gives up is worked on all the same: a server notices no sooner. */
  #enqueue(verdict: Verdict & { readonly _tag: "Admit" }, now: number): Verdict {
    if (this.#work === 0) return verdict
    this.#doneAt = Math.max(this.#doneAt, now) + this.#work
    return { ...verdict, delay: verdict.delay + this.#doneAt - now }
  }
}
