// The floor: the same job by hand on `ws`, as lean as it can be written. No schema, no supervision, no logs.
import { WebSocket } from "ws"

interface Team {
  readonly id: number | string
  wanted: boolean
  ws: WebSocket | undefined
  alive: boolean
  messages: number
  props: number
}

const pingInterval = 15_000
const sweepEach = 100
const options = { perMessageDeflate: false }
const url = process.argv[2]!
const teams = new Map<number | string, Team>()
const ring: Array<Team> = []
let global: WebSocket
let ending = false
let lastPing = 0
let nextPinged = 0

const soon = (f: () => void) => setTimeout(f, Math.random() * 500)

const ask = (team: Team) => {
  if (global.readyState === WebSocket.OPEN) global.send(JSON.stringify({ type: "team.connect", team_id: team.id }))
}

const join = (id: number | string) => {
  let team = teams.get(id)
  if (team === undefined) {
    team = { id, wanted: true, ws: undefined, alive: true, messages: 0, props: 0 }
    teams.set(id, team)
    ring.push(team)
  }
  team.wanted = true
  if (team.ws === undefined) ask(team)
}

const leave = (team: Team | undefined) => {
  if (team === undefined) return
  team.wanted = false
  team.ws?.close(1000)
}

const dial = (team: Team | undefined, wsUrl: string) => {
  if (team === undefined || !team.wanted || team.ws !== undefined) return
  const ws = new WebSocket(wsUrl, options)
  team.ws = ws
  team.alive = true
  ws.on("message", (data) => {
    team.alive = true
    const event = JSON.parse(String(data))
    if (event.type === "message") {
      team.messages++
      if (event.text.includes("props")) team.props++
    } else if (event.type === "team.left") leave(team)
  })
  ws.on("error", () => {})
  ws.on("close", () => {
    team.ws = undefined
    if (team.wanted && !ending) soon(() => ask(team))
  })
}

const answerHealthcheck = () => {
  const stats = []
  for (const { id, messages, props, ws } of teams.values()) {
    stats.push({ id, connected: ws?.readyState === WebSocket.OPEN, message_count: messages, props_count: props })
  }
  global.send(JSON.stringify({ type: "healthcheck", stats }))
}

const sayGoodbye = () => {
  ending = true
  clearInterval(sweep)
  for (const team of teams.values()) team.ws?.close(1000)
  global.close(1000)
}

const connect = () => {
  global = new WebSocket(url, options)
  global.on("message", (data) => {
    const event = JSON.parse(String(data))
    if (event.type === "team.join") join(event.team_id)
    else if (event.type === "team.left") leave(teams.get(event.team_id))
    else if (event.type === "team.connect") dial(teams.get(event.team_id), event.ws_url)
    else if (event.type === "healthcheck" && event.stats === undefined) answerHealthcheck()
    else if (event.type === "goodbye") sayGoodbye()
  })
  global.on("open", () => {
    for (const team of teams.values()) if (team.wanted && team.ws === undefined) ask(team)
  })
  global.on("error", () => {})
  global.on("close", () => {
    if (!ending) soon(connect)
  })
}

/** Pings a slice of the teams each tick; one that has said nothing since its last turn is dead. */
const sweep = setInterval(() => {
  for (let count = Math.ceil((ring.length * sweepEach) / pingInterval); count > 0; count--) {
    const team = ring[nextPinged++ % ring.length]!
    if (team.ws?.readyState !== WebSocket.OPEN) continue
    if (!team.alive) team.ws.terminate()
    else team.ws.send(JSON.stringify({ type: "ping", unique_id: ++lastPing }))
    team.alive = false
  }
}, sweepEach)

connect()
