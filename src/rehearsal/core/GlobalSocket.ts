import { Redacted } from "effect"
import {
  type GlobalClientEvent,
  GlobalClientCodec,
  GlobalServerCodec,
  type GlobalServerEvent,
  type TeamHealth
} from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import { keepNewest } from "./keepNewest.ts"
import type { PlatformState } from "./PlatformState.ts"
import { ServerSocket } from "./ServerSocket.ts"
import type { Transport } from "./Transport.ts"

/** Called with the answer to a healthcheck; `undefined` if it can no longer come. */
export type HealthListener = (stats: ReadonlyArray<TeamHealth> | undefined) => void

/** Handlers of a Global connection's events. */
export interface GlobalHandlers {
  readonly onAsk: (socket: GlobalSocket, team: TeamId) => void
  readonly onGone: (socket: GlobalSocket) => void
}

/** The server's end of a Global connection. */
export class GlobalSocket extends ServerSocket {
  /** Host at which the client has reached the server, if it said so: behind a proxy or on another interface, only it knows. */
  readonly reachedAt: string | undefined
  readonly #state: PlatformState
  readonly #handlers: GlobalHandlers
  /** Healthchecks that wait for their answers, in order: answers carry no id. */
  #pending: Array<HealthListener> = []

  constructor(
    transport: Transport,
    headers: Readonly<Record<string, string>>,
    state: PlatformState,
    handlers: GlobalHandlers
  ) {
    super(transport)
    this.reachedAt = headers["host"]
    this.#state = state
    this.#handlers = handlers
    state.globalOpened(
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Redacted.make(value, { label: name })]))
    )
  }

  tell(event: GlobalServerEvent): boolean {
    return this.send(GlobalServerCodec.encode(event))
  }

  askHealth(listener: HealthListener): boolean {
    this.#pending.push(listener)
    if (this.tell({ type: "healthcheck" })) return true
    this.#pending = this.#pending.filter((other) => other !== listener)
    return false
  }

  onFrame(frame: string): void {
    const decoded = GlobalClientCodec.decode(frame)
    if (decoded._tag === "Event") {
      this.#received(decoded.event)
    } else {
      const { malformed } = this.#state.global
      keepNewest(malformed, decoded._tag === "UnknownType" ? `unknown type ${decoded.type}` : decoded.detail)
    }
    this.#state.changed()
  }

  onPing(): void {
    this.#state.global.protocolPings++
    this.#state.changed()
  }

  protected override ended(code: number): void {
    keepNewest(this.#state.global.closeCodes, code)
    this.#state.globalClosed()
    for (const listener of this.#pending.splice(0)) listener(undefined)
  }

  protected override removed(): void {
    this.#handlers.onGone(this)
  }

  #received(event: GlobalClientEvent): void {
    const { global } = this.#state
    keepNewest(global.received, event)
    if (event.type === "team.connect") return this.#handlers.onAsk(this, event.team_id)
    keepNewest(global.healthchecks, event.stats)
    global.healthcheckCount++
    this.#pending.shift()?.(event.stats)
  }
}
