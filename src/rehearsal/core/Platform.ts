import { Clock, Effect, FiberSet, Redacted, type Scope } from "effect"
import type { TeamId } from "../../wire/TeamId.ts"
import { type Behaviour, Cut, type Target } from "../Rehearsal.ts"
import { AskRules } from "./AskRules.ts"
import { type ChangeSignal, makeChangeSignal } from "./ChangeSignal.ts"
import { DialRules } from "./DialRules.ts"
import { GlobalSocket } from "./GlobalSocket.ts"
import type { Later } from "./Later.ts"
import { PlatformState } from "./PlatformState.ts"
import type { TeamRecord } from "./TeamRecord.ts"
import { TeamSocket } from "./TeamSocket.ts"
import { TeamUrls } from "./TeamUrls.ts"

const defaultBehaviour: Behaviour = {
  replayJoins: true,
  singleUseUrls: true,
  httpUrls: false,
  token: undefined
}

interface PlatformParts {
  readonly changes: ChangeSignal
  readonly clock: Clock.Clock
  readonly later: Later
  readonly hosts: ReadonlyArray<string>
  readonly urls: TeamUrls
  readonly behaviour: Behaviour
  readonly catchUp: Effect.Effect<void>
}

/**
 * The fake platform: which teams are present, which sockets there are, and what is said on them. It knows its
 * connections as {@link Transport}s only, in memory or real.
 */
export class Platform {
  readonly state: PlatformState
  readonly changes: ChangeSignal
  readonly urls: TeamUrls
  readonly later: Later
  readonly dialRules = new DialRules()
  readonly askRules = new AskRules()
  /**
   * Waits until the server has seen all that the client has done so far, where that can be known. Verbs begin with it.
   */
  readonly catchUp: Effect.Effect<void>
  behaviour: Behaviour
  readonly teamSockets = new Map<TeamId, Set<TeamSocket>>()
  readonly globalSockets = new Set<GlobalSocket>()
  readonly #clock: Clock.Clock
  readonly #hosts: ReadonlyArray<string>

  constructor(parts: PlatformParts) {
    this.changes = parts.changes
    this.state = new PlatformState(parts.changes, parts.hosts, (to) => this.#obstacleTo(to))
    this.urls = parts.urls
    this.#hosts = parts.hosts
    this.later = parts.later
    this.behaviour = parts.behaviour
    this.catchUp = parts.catchUp
    this.#clock = parts.clock
  }

  /** Makes a verb of an action. */
  act<A>(action: () => A): Effect.Effect<A> {
    return Effect.andThen(this.catchUp, Effect.sync(action))
  }

  everyTeamSocket(): Array<TeamSocket> {
    return [...this.teamSockets.values()].flatMap((sockets) => [...sockets])
  }

  /** Ends every connection, and answers no more handshakes. */
  shutDown(how: Cut): void {
    this.dialRules.outage = { _tag: "Hang" }
    for (const socket of [...this.everyTeamSocket(), ...this.globalSockets]) socket.cut(how)
  }

  now(): number {
    return this.#clock.currentTimeMillisUnsafe()
  }

  /** The newest Global connection that is open. Verbs talk to this one. */
  get global(): GlobalSocket | undefined {
    return newest(this.globalSockets)
  }

  socketOf(id: TeamId): TeamSocket | undefined {
    const sockets = this.teamSockets.get(id)
    return sockets && newest(sockets)
  }

  addGlobal(socket: GlobalSocket, hello: boolean): void {
    this.globalSockets.add(socket)
    if (hello) socket.tell({ type: "hello" })
    for (const team of this.state.teams.values()) {
      if (team.present && (this.behaviour.replayJoins || !team.announced)) this.announce(team, socket)
    }
  }

  announce(team: TeamRecord, socket = this.global): void {
    if (socket?.tell({ type: "team.join", team_id: team.id }) === true) team.announced = true
  }

  addTeam(socket: TeamSocket): void {
    const { id } = socket.team
    const sockets = this.teamSockets.get(id)
    if (sockets === undefined) this.teamSockets.set(id, new Set([socket]))
    else sockets.add(socket)
  }

  removeTeam(socket: TeamSocket): void {
    const { id } = socket.team
    const sockets = this.teamSockets.get(id)
    sockets?.delete(socket)
    if (sockets?.size === 0) this.teamSockets.delete(id)
  }

  /** Offers a team's URL: the one that is given, or a new one on the team's host. */
  offer(id: TeamId, url: string | undefined, socket = this.global): boolean {
    if (socket === undefined) return false
    const origin = `${this.behaviour.httpUrls ? "http" : "ws"}://${this.#hostOf(id, socket)}`
    const ws_url = url ?? origin + this.urls.issue(id)
    return socket.tell({ type: "team.connect", team_id: id, ws_url })
  }

  #obstacleTo(target: Target): string | undefined {
    if (target === "global") return this.dialRules.obstacle({ target }, this.now())
    const { host, present } = this.state.team(target.team)
    if (!present) return "the team is absent"
    if (this.global?.sendable !== true) return "Global is down"
    if (this.global.paused) return "Global is not read"
    return this.askRules.obstacle(target.team) ?? this.dialRules.obstacle({ target, host }, this.now())
  }

  /** Host of a team, under the name by which the client has reached Global: of one host all of it, of many their ports are ours. */
  #hostOf(id: TeamId, { reachedAt }: GlobalSocket): string {
    const { host } = this.state.team(id)
    if (reachedAt === undefined) return host
    return this.#hosts.length === 1 ? reachedAt : reachedAt.replace(/:\d+$/, "") + host.slice(host.lastIndexOf(":"))
  }

  tokenFits(headers: Readonly<Record<string, string>>): boolean {
    const { token } = this.behaviour
    return token === undefined || headers["authorization"] === `Bearer ${Redacted.value(token)}`
  }
}

const newest = <S extends { readonly open: boolean }>(sockets: ReadonlySet<S>): S | undefined =>
  [...sockets].findLast((socket) => socket.open)

/**
 * Makes a platform. What it does later, it does in the Scope.
 *
 * - `hosts`: where clients reach its teams, each with its port, unless they have said otherwise (`Host`).
 * - `mint`: gives the last path segment of a team's URL, a new one each time.
 * - `catchUp`: see {@link Platform.catchUp}. Default: nothing to wait for.
 */
export const makePlatform = Effect.fnUntraced(function* (options: {
  readonly hosts: ReadonlyArray<string>
  readonly mint: () => string
  readonly behaviour?: Partial<Behaviour> | undefined
  readonly catchUp?: Effect.Effect<void> | undefined
}): Effect.fn.Return<Platform, never, Scope.Scope> {
  const run = yield* FiberSet.makeRuntime()
  return new Platform({
    changes: yield* makeChangeSignal,
    clock: yield* Clock.Clock,
    later: (millis, action) => void run(Effect.andThen(Effect.sleep(millis), Effect.sync(action))),
    urls: new TeamUrls(options.mint),
    hosts: options.hosts,
    behaviour: { ...defaultBehaviour, ...options.behaviour },
    catchUp: options.catchUp ?? Effect.void
  })
})
