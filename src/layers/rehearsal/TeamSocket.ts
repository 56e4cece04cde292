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
  /** Said on this socket, and not known to be read. */
  readonly #unread = new MutableTally()

  constructor(link: Link, team: TeamRecord, ledger: Ledger, onGone: (socket: TeamSocket) => void) {
    super(link)
    this.team = team
    this.#ledger = ledger
    this.#onGone = onGone
    ledger.teamOpened(team)
  }

  say(text: string): boolean {
    const frame = TeamServerCodec.encode({ type: "message", text })
    const props = propsOf(text)
    // Before it is sent, because a face may deliver it on the spot.
    this.#unread.add(1, props)
    if (!this.send(frame, () => this.#read(1, props))) {
      this.#unread.add(-1, -props)
      return false
    }
    this.#ledger.sayOf(this.team, text)
    return true
  }

  hello(): boolean {
    return this.send(TeamServerCodec.encode({ type: "hello" }))
  }

  left(): boolean {
    return this.send(TeamServerCodec.encode({ type: "team.left", team_id: this.team.id }))
  }

  /** Calls back when what was said so far is read, and counts it as delivered. */
  settle(done: () => void): void {
    const { messages, props } = this.#unread
    this.whenRead(() => {
      // What was said on a socket that was lost may be lost too, unless it was us who ended it after the last word.
      if (!this.gone || this.ending) this.#read(Math.min(messages, this.#unread.messages), Math.min(props, this.#unread.props))
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

  override onGone(): void {
    super.onGone()
    this.#onGone(this)
  }

  protected override onEnded(code: number): void {
    remember(this.team.closeCodes, code)
    this.#ledger.teamClosed(this.team)
  }

  #read(messages: number, props: number): void {
    this.#unread.add(-messages, -props)
    this.#ledger.deliver(this.team, messages, props)
  }
}
