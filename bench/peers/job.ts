// What every peer needs around it: the Global connection, counters and the healthcheck, by hand as in the floor.
import { WebSocket } from "ws"

/** A team as a peer's adapter sees it. */
export interface Team {
  readonly id: number | string
  messages: number
  props: number
}

/** A connection that a peer keeps for a team. */
export interface Kept {
  readonly isOpen: () => boolean
  readonly close: () => void
}

/** How a peer keeps a team connected. `askUrl` asks on the Global connection; not every peer lets us answer where to dial. */
export type Keep = (team: Team, askUrl: () => Promise<string>) => Kept

/** Counts a message. */
export const count = (team: Team, text: string): void => {
  team.messages++
  if (text.includes("props")) team.props++
}

/** Runs the job with a peer's connections, until goodbye. */
export const runJob = (keep: Keep): void => {
  const url = process.argv[2]!
  const teams = new Map<number | string, { readonly team: Team; readonly kept: Kept }>()
  const asks = new Map<number | string, (url: string) => void>()
  let ending = false
  let global: WebSocket

  const send = (id: number | string) => global.send(JSON.stringify({ type: "team.connect", team_id: id }))
  const ask = (id: number | string) =>
    new Promise<string>((resolve) => {
      asks.set(id, resolve)
      if (global.readyState === WebSocket.OPEN) send(id)
    })

  const join = (id: number | string) => {
    if (teams.has(id)) return
    const team: Team = { id, messages: 0, props: 0 }
    teams.set(id, { team, kept: keep(team, () => ask(id)) })
  }

  const answerHealthcheck = () => {
    const stats = Array.from(teams.values(), ({ kept, team: { id, messages, props } }) => ({
      id,
      connected: kept.isOpen(),
      message_count: messages,
      props_count: props
    }))
    global.send(JSON.stringify({ type: "healthcheck", stats }))
  }

  const sayGoodbye = () => {
    ending = true
    for (const { kept } of teams.values()) kept.close()
    global.close(1000)
  }

  const connect = () => {
    global = new WebSocket(url, { perMessageDeflate: false })
    global.on("open", () => {
      for (const id of asks.keys()) send(id)
    })
    global.on("message", (data) => {
      const event = JSON.parse(String(data))
      if (event.type === "team.join") join(event.team_id)
      else if (event.type === "team.connect") {
        asks.get(event.team_id)?.(event.ws_url)
        asks.delete(event.team_id)
      } else if (event.type === "healthcheck" && event.stats === undefined) answerHealthcheck()
      else if (event.type === "goodbye") sayGoodbye()
    })
    global.on("error", () => {})
    global.on("close", () => {
      if (!ending) setTimeout(connect, Math.random() * 500)
    })
  }
  connect()
}

const pingInterval = 15_000
let lastPing = 0

/** Pings on a connection that has no keep-alive of its own, while it is open. */
export const keepAlive = (post: (frame: string) => void): NodeJS.Timeout =>
  setInterval(() => post(JSON.stringify({ type: "ping", unique_id: ++lastPing })), pingInterval)
