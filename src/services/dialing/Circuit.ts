import { Deferred, Exit } from "effect"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Lane } from "./Gate.ts"
import { Ramp } from "./Ramp.ts"

/**
 * What may begin after a wait: one dial, to see how the host is; one that follows others that got through, as long as the
 * ramp is up; or whatever the circuit admits.
 */
export type Pass = "canary" | "follower" | "closed"

/** A team that waits for a pass. */
export type Waiter = Deferred.Deferred<Pass>

const lanes = ["healthy", "failing"] as const

/** What is known of one host, and who waits for it. */
export class Circuit {
  isOpen = false
  /** Since it has opened, a dial has. */
  hasGotThrough = false
  /** Teams whose last dial to it has failed. */
  readonly failing = new Set<TeamId>()
  /** Connections of ours. */
  connected = 0
  readonly ramp: Ramp
  readonly #fewest: number
  /** In the order of arrival. */
  readonly #waiting: Readonly<Record<Lane, Array<Waiter>>> = { healthy: [], failing: [] }

  /** `fewest`: teams that must fail before it opens; `fastest`: dials a second of the whole fleet. */
  constructor(fewest: number, fastest: number) {
    this.#fewest = fewest
    this.ramp = new Ramp(fastest)
  }

  get waiters(): number {
    return this.#waiting.healthy.length + this.#waiting.failing.length
  }

  get isIdle(): boolean {
    return this.failing.size + this.connected + this.waiters === 0
  }

  get mostFail(): boolean {
    return this.failing.size >= this.#fewest && this.failing.size > this.connected
  }

  /**
   * It is open for no reason: those that failed have left, and nobody has got through since. Once somebody has, the teams
   * that fail are soon fewer than those that are connected, and still too many for a server that sheds load: then it is
   * open as long as anybody waits.
   */
  get isOpenInVain(): boolean {
    return this.isOpen && !this.mostFail && (this.waiters === 0 || !this.hasGotThrough)
  }

  open(): void {
    this.isOpen = true
    this.hasGotThrough = false
    this.ramp.startAnew()
  }

  /** Lets all go: the budget of dials paces them. */
  close(): void {
    this.isOpen = false
    for (const lane of lanes) {
      for (const waiter of this.#waiting[lane].splice(0)) Deferred.doneUnsafe(waiter, Exit.succeed("closed"))
    }
  }

  /** Whether a dial may begin, of a team that has had such a pass: it may have waited for its place among the dials since. */
  admits(pass: Pass): boolean {
    return !this.isOpen || pass === "canary" || (pass === "follower" && this.ramp.isUp)
  }

  wait(lane: Lane): Waiter {
    const waiter: Waiter = Deferred.makeUnsafe()
    this.#waiting[lane].push(waiter)
    return waiter
  }

  giveUp(lane: Lane, waiter: Waiter): void {
    const at = this.#waiting[lane].lastIndexOf(waiter)
    if (at >= 0) this.#waiting[lane].splice(at, 1)
  }

  /** Lets one go: of those that have not failed the newest, and then those that have, in turn. */
  sendCanary(): void {
    const waiter = this.#waiting.healthy.pop() ?? this.#waiting.failing.shift()
    if (waiter !== undefined) Deferred.doneUnsafe(waiter, Exit.succeed(this.ramp.isUp ? "follower" : "canary"))
  }

  /** Lets those go whose turn has come. */
  sendDue(now: number): void {
    while (this.waiters > 0 && this.ramp.take(now)) this.sendCanary()
  }
}
