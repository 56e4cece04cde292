import { Redacted } from "effect"
import {
  type GlobalClientEvent,
  GlobalClientCodec,
  GlobalServerCodec,
  type GlobalServerEvent,
  type TeamHealth
} from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Ledger } from "./Ledger.ts"
import type { Link } from "./Link.ts"
import { remember } from "./Recent.ts"
import { ServerSocket } from "./ServerSocket.ts"

/** Hears the answer to a healthcheck; `undefined` if it can no longer come. */
export type HealthListener = (stats: ReadonlyArray<TeamHealth> | undefined) => void

/** What the Global API does with what its socket hears. */
export interface GlobalHandlers {
  readonly onAsk: (socket: GlobalSocket, team: TeamId) => void
  readonly onGone: (socket: GlobalSocket) => void
}

/** The server's end of a Global connection. */
export class GlobalSocket extends ServerSocket {
  /** Where the client has found the server, if it said so: with a proxy or another interface between, only it knows. */
  readonly origin: string | undefined
  readonly #ledger: Ledger
  readonly #handlers: GlobalHandlers
  /** Questions that wait for their answers, in order: answers carry no id. */
  #questions: Array<HealthListener> = []

  constructor(link: Link, headers: Readonly<Record<string, string>>, ledger: Ledger, handlers: GlobalHandlers) {
    super(link)
    const host = headers["host"]
    this.origin = host === undefined ? undefined : `ws://${host}`
    this.#ledger = ledger
    this.#handlers = handlers
    ledger.globalOpened(
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Redacted.make(value, { label: name })]))
    )
  }

  tell(event: GlobalServerEvent): boolean {
    return this.send(GlobalServerCodec.encode(event))
  }

  askHealth(listener: HealthListener): boolean {
    this.#questions.push(listener)
    if (this.tell({ type: "healthcheck" })) return true
    this.#questions = this.#questions.filter((other) => other !== listener)
    return false
  }

  onFrame(frame: string): void {
    const decoded = GlobalClientCodec.decode(frame)
    if (decoded._tag === "Event") {
      this.#received(decoded.event)
    } else {
      const { malformed } = this.#ledger.global
      remember(malformed, decoded._tag === "UnknownType" ? `unknown type ${decoded.type}` : decoded.detail)
    }
    this.#ledger.changed()
  }

  onPing(): void {
    this.#ledger.global.protocolPings++
    this.#ledger.changed()
  }

  protected override ended(code: number): void {
    remember(this.#ledger.global.closeCodes, code)
    this.#ledger.globalClosed()
    for (const listener of this.#questions.splice(0)) listener(undefined)
  }

  protected override removed(): void {
    this.#handlers.onGone(this)
  }

  #received(event: GlobalClientEvent): void {
    const { global } = this.#ledger
    remember(global.received, event)
    if (event.type === "team.connect") return this.#handlers.onAsk(this, event.team_id)
    remember(global.healthchecks, event.stats)
    global.healthcheckCount++
    this.#questions.shift()?.(event.stats)
  }
}
