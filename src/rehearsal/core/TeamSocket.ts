import { CloseCode } from "../../services/Socket.ts"
import { TeamClientCodec, TeamServerCodec } from "../../wire/TeamApi.ts"
import type { Ledger } from "./Ledger.ts"
import type { Link } from "./Link.ts"
import { remember } from "./Recent.ts"
import { ServerSocket } from "./ServerSocket.ts"
import { MutableTally, propsOf, type TeamRecord } from "./TeamRecord.ts"

/** The server's end of a Team connection. */
export class TeamSocket extends ServerSocket {
  readonly team: TeamRecord
  readonly #ledger: Ledger
  readonly #onGone: (socket: TeamSocket) => void
  /** Said on this socket, and what of it the client has read for all that is known. */
  readonly #said = new MutableTally()
  readonly #read = new MutableTally()
  #closedNormally = false

  constructor(link: Link, team: TeamRecord, ledger: Ledger, onGone: (socket: TeamSocket) => void) {
    super(link)
    this.team = team
    this.#ledger = ledger
    this.#onGone = onGone
    ledger.teamOpened(team)
  }

  say(text: string): boolean {
    const props = propsOf(text)
    const frame = TeamServerCodec.encode({ type: "message", text })
    if (!this.send(frame, () => this.#delivered(1, props))) return false
    this.#said.add(1, props)
    this.#ledger.countSaid(this.team, props)
    return true
  }

  hello(): boolean {
    return this.send(TeamServerCodec.encode({ type: "hello" }))
  }

  left(): boolean {
    return this.send(TeamServerCodec.encode({ type: "team.left", team_id: this.team.id }))
  }

  /** Calls back when what was said so far is read, and counts it as delivered; or when nothing is left of the socket. */
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
      remember(this.team.pingIds, decoded.event.unique_id)
      this.send(TeamServerCodec.encode({ type: "pong", unique_id: decoded.event.unique_id }))
    } else {
      remember(this.team.malformed, decoded._tag === "UnknownType" ? `unknown type ${decoded.type}` : decoded.detail)
    }
    this.#ledger.changed()
  }

  onPing(): void {
    this.team.protocolPings++
    this.#ledger.changed()
  }

  protected override ended(code: number): void {
    remember(this.team.closeCodes, code)
    this.#closedNormally = code === CloseCode.normal
    this.#ledger.teamClosed(this.team)
  }

  protected override removed(inOrder: boolean): void {
    // A client that has neither closed it nor seen us end it may have given it up with something unread.
    if (inOrder && (this.ending || this.#closedNormally)) this.#readUpTo(this.#said.messages, this.#said.props)
    this.#onGone(this)
  }

  #readUpTo(messages: number, props: number): void {
    if (messages > this.#read.messages) this.#delivered(messages - this.#read.messages, props - this.#read.props)
  }

  #delivered(messages: number, props: number): void {
    this.#read.add(messages, props)
    this.#ledger.countDelivered(this.team, messages, props)
  }
}
