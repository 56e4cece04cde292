// The load server: speaks for the platform in a process of its own, and costs as little as it can.
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { WebSocketServer } from "ws"
import { serve } from "./rpc.ts"
import { answerSlackHttp, setDiscordUrl } from "./server/dialects.ts"
import { Global } from "./server/Global.ts"
import { Load } from "./server/Load.ts"
import { Teams } from "./server/Teams.ts"
import { talkWithoutEnd } from "./server/Unfinished.ts"

/** Addresses of the teams' URLs, taken in turn, so that a burst of dials fits into the backlogs. */
const addresses = 4
const backlog = 4096

const teams = new Teams()
const global = new Global(teams)
const load = new Load(teams, global)

const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false })
const listen = async () => {
  const server = createServer(answerSlackHttp(() => teams.offer(0, "slack")))
  server.on("upgrade", (request, socket, head) => {
    if (teams.refused && request.url !== "/global") {
      socket.end("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
      return
    }
    upgrader.handleUpgrade(request, socket, head, (ws) => {
      if (request.url === "/global") global.accept(ws)
      else teams.accept(ws, request.url ?? "")
    })
  })
  await new Promise<void>((resolve) => void server.listen({ port: 0, host: "127.0.0.1", backlog }, resolve))
  return (server.address() as AddressInfo).port
}

const api = {
  listen: async () => {
    teams.ports = await Promise.all(Array.from({ length: addresses }, listen))
    setDiscordUrl(teams.offer(0, "discord"))
    return teams.ports[0]!
  },
  /** Forgets what the client before has left behind. */
  reset: () => {
    global.reset()
    teams.reset()
  },
  /** Milliseconds since the epoch at which a Global connection was accepted. */
  globalOpen: () => global.opened.promise,
  /** Lets teams join, 1 to `count`, so many a second; ends when all of them are connected. Seconds that it took. */
  join: async ({ count, perSecond }: { readonly count: number; readonly perSecond: number }) => {
    const began = performance.now()
    await Promise.all([teams.reach(count), global.join(count, perSecond)])
    return (performance.now() - began) / 1000
  },
  /** Lets teams join whose every dial is refused; ends when all have joined. */
  joinRefused: ({ count, perSecond }: { readonly count: number; readonly perSecond: number }) => {
    teams.refused = true
    return global.join(count, perSecond)
  },
  /** Ends when so many teams are connected, by whatever has brought them here. */
  reach: (count: number) => teams.reach(count),
  flood: load.flood,
  offer: load.offer,
  talkWithoutEnd: (seconds: number) => talkWithoutEnd(teams, seconds),
  /** Team connections that are open. */
  open: () => teams.open,
  healthcheck: () => global.healthcheck(),
  healthchecks: (count: number) => global.healthchecks(count),
  /** Cuts every socket at once; ends when every team is back. Seconds that it took. */
  cut: async () => {
    const count = teams.open
    const began = performance.now()
    global.cut()
    teams.cut()
    await teams.reach(count)
    await global.opened.promise
    return (performance.now() - began) / 1000
  },
  goodbye: () => global.goodbye()
}

export type LoadServer = typeof api

serve(api)
process.channel?.ref()
process.on("disconnect", () => process.exit())
