/**
 * Standings of a team at its host, those that go first before the others. `held`: its last connection held. `fresh`: it was never
 * dialled, or its last connection is the first that did not hold. `brief`: its connections get through, and die within seconds.
 * `failed`: its last dial did not get through.
 */
export const standings = ["held", "fresh", "brief", "failed"] as const

export type Standing = (typeof standings)[number]

/** Attempts of a team to be connected, as the frames and the sockets show them. Times are milliseconds of virtual time. */
export class Attempts {
  /** Failures since a connection last was up for the stable time, as the back-off counts them: no fewer than the fleet's. */
  failures = 0
  standing: Standing = "fresh"
  /** True if the last ask that is over was in vain. */
  hasAskedInVain = false
  /** True while the offer that the team was given last leads nowhere. */
  isMisled = false
  /** True once a connection has not held, and none has since. */
  #hasDied = false
  /** Time of the ask that has not been answered. */
  #askedAt: number | undefined = undefined
  /** Look-ups that have not been answered. */
  #lookups = 0

  asked(now: number): void {
    this.refused()
    this.#takeOffer()
    this.#askedAt = now
  }

  /** An offer has come, for the ask or, if that has been in vain for longer than it is waited for, unasked. */
  offered(leadsHere: boolean, now: number, timeout: number): void {
    this.expireAsk(now, timeout)
    this.#askedAt = undefined
    this.hasAskedInVain = false
    this.isMisled = !leadsHere
  }

  /** The ask that is under way, if any, is in vain. */
  refused(): void {
    if (this.#askedAt === undefined) return
    this.#askedAt = undefined
    this.hasAskedInVain = true
    this.failures++
  }

  /** Counts an ask that has not been answered for so long as one in vain. */
  expireAsk(now: number, timeout: number): void {
    if (this.#askedAt !== undefined && now - this.#askedAt >= timeout) this.refused()
  }

  lookedUp(what: "begins" | "ends" | "fails"): void {
    this.#lookups += what === "begins" ? 1 : -1
    if (what === "fails") this.failures++
  }

  dialled(): void {
    this.#takeOffer()
  }

  /** A dial has ended that did not get through. */
  failed(): void {
    this.failures++
    this.standing = "failed"
    this.#hasDied = true
  }

  /** A connection has ended. */
  ended({ hasHeld, wasStable }: { readonly hasHeld: boolean; readonly wasStable: boolean }): void {
    this.failures = wasStable ? 0 : this.failures + 1
    this.standing = hasHeld ? "held" : this.#hasDied ? "brief" : "fresh"
    this.#hasDied = !hasHeld
  }

  /** True while an ask or a look-up is under way. */
  get isWaiting(): boolean {
    return this.#askedAt !== undefined || this.#lookups > 0
  }

  /** An offer that leads nowhere has been tried by now. */
  #takeOffer(): void {
    if (this.isMisled) this.failures++
    this.isMisled = false
  }
}
