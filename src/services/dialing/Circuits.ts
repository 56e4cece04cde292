import type { TeamId } from "../../wire/TeamId.ts"
import { Circuit } from "./Circuit.ts"

/** The circuits of all hosts that there is anything to know of; and of each team, where it has failed and where it is connected. */
export class Circuits {
  readonly #hosts = new Map<string, Circuit>()
  /** Where a team's last dial has failed. */
  readonly #failedAt = new Map<TeamId, string>()
  readonly #connectedAt = new Map<TeamId, string>()
  readonly #fresh: () => Circuit

  constructor(fresh: () => Circuit) {
    this.#fresh = fresh
  }

  get(host: string): Circuit | undefined {
    return this.#hosts.get(host)
  }

  all(): Iterable<readonly [host: string, circuit: Circuit]> {
    return this.#hosts
  }

  get waiters(): number {
    return this.#hosts.values().reduce((sum, circuit) => sum + circuit.waiters, 0)
  }

  get failing(): number {
    return this.#failedAt.size
  }

  get connected(): number {
    return this.#connectedAt.size
  }

  dropIfIdle(host: string): void {
    if (this.#hosts.get(host)?.isIdle === true) this.#hosts.delete(host)
  }

  failed(team: TeamId, host: string): Circuit {
    if (this.#failedAt.get(team) !== host) this.forget(team)
    this.#failedAt.set(team, host)
    const circuit = this.#of(host)
    circuit.failing.add(team)
    circuit.ramp.failed()
    return circuit
  }

  succeeded(team: TeamId, host: string): void {
    this.lost(team)
    this.#connectedAt.set(team, host)
    this.#of(host).connected++
    this.forget(team)
  }

  /** Its connection, if it had one, has ended. */
  lost(team: TeamId): void {
    const host = this.#connectedAt.get(team)
    this.#connectedAt.delete(team)
    const circuit = host === undefined ? undefined : this.#hosts.get(host)
    if (host === undefined || circuit === undefined) return
    circuit.connected--
    this.dropIfIdle(host)
  }

  /** Where it has failed does not matter any more. */
  forget(team: TeamId): void {
    const host = this.#failedAt.get(team)
    this.#failedAt.delete(team)
    if (host === undefined) return
    this.#hosts.get(host)?.failing.delete(team)
    this.dropIfIdle(host)
  }

  /** Closes a circuit, and tells who had failed there. */
  close(host: string, circuit: Circuit): ReadonlyArray<TeamId> {
    const failing = [...circuit.failing]
    circuit.close()
    for (const team of failing) this.forget(team)
    this.dropIfIdle(host)
    return failing
  }

  #of(host: string): Circuit {
    const known = this.#hosts.get(host)
    if (known !== undefined) return known
    const circuit = this.#fresh()
    this.#hosts.set(host, circuit)
    return circuit
  }
}
