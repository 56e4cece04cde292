import { CloseCode } from "../../services/Socket.ts"
import { TeamClientCodec, TeamServerCodec } from "../../wire/TeamApi.ts"
import { keepNewest } from "./keepNewest.ts"
import type { PlatformState } from "./PlatformState.ts"
import { type InParts, ServerSocket } from "./ServerSocket.ts"
import { MutableTally, propsOf, type TeamRecord } from "./TeamRecord.ts"
import type { Transport } from "./Transport.ts"

/** The server's end of a Team connection. */
export class TeamSocket extends ServerSocket {
  readonly team: TeamRecord
  readonly #state: PlatformState
  readonly #onGone: (socket: TeamSocket) => void
  /** Messages said on this socket. */
  readonly #said = new MutableTally()
  /** Those of them that the client is known to have read. */
  readonly #read = new MutableTally()
  #closedNormally = false

  constructor(transport: Transport, team: TeamRecord, state: PlatformState, onGone: (socket: TeamSocket) => void) {
    super(transport)
    this.team = team
    this.#state = state
    this.#onGone = onGone
    state.teamOpened(team)
  }

  say(text: string): boolean {
    const props = propsOf(text)
    const frame = TeamServerCodec.encode({ type: "message", text })
    if (!this.send(frame, () => this.#delivered(1, props))) return false
    this.#said.add(1, props)
    this.#state.countSaid(this.team, props)
    return true
  }

  sayInParts(text: string, how: InParts): boolean {
    const props = propsOf(text)
    return this.sendInParts(TeamServerCodec.encode({ type: "message", text }), how, {
      sent: () => {
        this.#said.add(1, props)
        this.#state.countSaid(this.team, props)
      },
      delivered: () => this.#delivered(1, props)
    })
  }

  hello(): boolean {
    return this.send(TeamServerCodec.encode({ type: "hello" }))
  }

  left(): boolean {
    return this.send(TeamServerCodec.encode({ type: "team.left", team_id: this.team.id }))
  }

  /** Counts what was said so far as delivered once the client has read it. Calls back then, or at the connection's end. */
  settle(done: () => void): void {
    const { messages, props } = this.#said
    this.whenRead(() => {
      if (!this.gone) this.#readUpTo(messages, props)
      done()
    })
  }

  onFrame(frame: string): void {
    const decoded = TeamClientCodec.decode(frame)
    if (decoded._tag === "Event") {
      this.team.pings++
      keepNewest(this.team.pingIds, decoded.event.unique_id)
      this.send(TeamServerCodec.encode({ type: "pong", unique_id: decoded.event.unique_id }))
    } else {
      keepNewest(this.team.malformed, decoded._tag === "UnknownType" ? `unknown type ${decoded.type}` : decoded.detail)
    }
    this.#state.changed()
  }

  onPing(): void {
    this.team.protocolPings++
    this.#state.changed()
  }

  protected override ended(code: number): void {
    keepNewest(this.team.closeCodes, code)
    this.#closedNormally = code === CloseCode.normal
    this.#state.teamClosed(this.team)
  }

  protected override removed(readToEnd: boolean): void {
    // A client that ends its stream unasked, and not by a close frame, may have left something unread.
    if (readToEnd && (this.ending || this.#closedNormally)) this.#readUpTo(this.#said.messages, this.#said.props)
    this.#onGone(this)
  }

  #readUpTo(messages: number, props: number): void {
    if (messages > this.#read.messages) this.#delivered(messages - this.#read.messages, props - this.#read.props)
  }

  #delivered(messages: number, props: number): void {
    this.#read.add(messages, props)
    this.#state.countDelivered(this.team, messages, props)
  }
}
