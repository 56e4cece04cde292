import { NameAnswer } from "../../rehearsal/memory/ClientMachine.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Checker } from "./Checker.ts"

/**
 * Prospects of the next attempt at a connection. They follow from the platform's rules, the network, and the machine that the
 * fleet runs on, never from what the fleet says.
 */
export class Prospects {
  readonly #checker: Checker
  #stalls = 0
  /** Time by which all that was sent in a slow network has arrived. */
  #slowUntil = 0

  constructor(checker: Checker) {
    this.#checker = checker
  }

  /** True if the fleet's program or the network has been in no state to be fast since this was last asked. */
  haveBeenSlow(): boolean {
    const { network, time } = this.#checker
    const hasStalled = time.stallCount() > this.#stalls
    this.#stalls = time.stallCount()
    if (network.slowness > 1) this.#slowUntil = network.arrivedBy
    return hasStalled || time.isStalled() || network.slowness > 1 || time.now() < this.#slowUntil
  }

  /** True if Global's next attempt would succeed. */
  areGoodForGlobal(): boolean {
    const { machine, server, settings } = this.#checker
    const hasDescriptor = machine.sockets < machine.socketLimit
    return hasDescriptor && server.obstacleTo("global") === undefined && this.#isFound(settings.endpoint.hostname)
  }

  /** True if teams may have as many descriptors as they want. */
  areGoodForTeams(): boolean {
    return this.#checker.machine.socketLimit === Infinity
  }

  /** True if a team's next attempt would succeed while they are good for teams. */
  areGoodFor(team: TeamId): boolean {
    const { server } = this.#checker
    return server.obstacleTo({ team }) === undefined && this.#isFound(server.team(team).host)
  }

  #isFound(host: string): boolean {
    return NameAnswer.$is("Found")(this.#checker.machine.nameOf(host))
  }
}
