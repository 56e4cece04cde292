import { setTimeout as sleep } from "node:timers/promises"
import type { WebSocket } from "ws"
import type { Teams } from "./Teams.ts"

/** What a client has answered to a healthcheck. */
export interface Health {
  readonly millis: number
  readonly teams: number
  readonly connected: number
  readonly messages: number
  readonly props: number
}

interface TeamHealth {
  readonly connected: boolean
  readonly message_count: number
  readonly props_count: number
}

/** Between two turns of joins. In milliseconds. */
const joinEach = 50

/** The Global connection: joins, offers, healthchecks. */
export class Global {
  opened = Promise.withResolvers<number>()
  #ws: WebSocket | undefined = undefined
  /** In the order of their pings, which is that of their pongs. */
  readonly #barriers: Array<() => void> = []
  #answered: ((frame: string) => void) | undefined = undefined
  readonly #teams: Teams

  constructor(teams: Teams) {
    this.#teams = teams
  }

  accept(ws: WebSocket): void {
    this.#ws = ws
    ws.on("message", (data) => this.#hear(String(data)))
    ws.on("pong", () => this.#barriers.shift()?.())
    ws.on("error", () => {})
    this.#say({ type: "hello" })
    this.opened.resolve(performance.timeOrigin + performance.now())
  }

  /** Teams 1 to `count` join, so many a second. */
  async join(count: number, perSecond: number): Promise<void> {
    const began = performance.now()
    for (let joined = 0; joined < count;) {
      const due = Math.min(count, ((performance.now() - began + joinEach) / 1000) * perSecond)
      while (joined < due) this.#say({ type: "team.join", team_id: ++joined })
      if (joined < count) await sleep(joinEach)
    }
  }

  goodbye(): void {
    this.#say({ type: "goodbye" })
  }

  cut(): void {
    this.opened = Promise.withResolvers<number>()
    this.#ws?.terminate()
  }

  reset(): void {
    this.cut()
    this.#ws = undefined
  }

  async healthcheck(): Promise<Health> {
    const answer = Promise.withResolvers<string>()
    this.#answered = answer.resolve
    const began = performance.now()
    this.#say({ type: "healthcheck" })
    const frame = await answer.promise
    const millis = performance.now() - began
    const stats: ReadonlyArray<TeamHealth> = JSON.parse(frame).stats
    const health = { millis, teams: stats.length, connected: 0, messages: 0, props: 0 }
    for (const { connected, message_count, props_count } of stats) {
      if (connected) health.connected++
      health.messages += message_count
      health.props += props_count
    }
    return health
  }

  /** Asks so many healthchecks at once; ends when each is answered. */
  async healthchecks(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = count
    this.#answered = () => {
      if (--left === 0) resolve()
    }
    for (let asked = 0; asked < count; asked++) this.#say({ type: "healthcheck" })
    await promise
  }

  /** Ends when the client has read what was written before, on whichever socket: a ping that it answers by itself. */
  async barrier(): Promise<void> {
    const ws = this.#ws
    if (ws === undefined) return
    const pong = Promise.withResolvers<void>()
    this.#barriers.push(pong.resolve)
    ws.ping()
    await pong.promise
  }

  #hear(frame: string): void {
    // The answer to a healthcheck is long: it is read later, when it has been timed.
    if (frame.includes(`"healthcheck"`)) return this.#answered?.(frame)
    const { team_id: id } = JSON.parse(frame)
    this.#say({ type: "team.connect", team_id: id, ws_url: this.#teams.offer(id, "team") })
  }

  #say(event: object): void {
    this.#ws?.send(JSON.stringify(event))
  }
}
