// What is left to a probe and to the fleet while others ask the admin surface for all that they can, and much is failing.
import { once } from "node:events"
import { Agent, type IncomingMessage, request } from "node:http"
import { connect, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import type { Client } from "../clients.ts"
import { type Server, withClient } from "../run.ts"
import { adminPort } from "./admin.ts"
import { type Measured, median } from "./fleet.ts"

/** Askers of pages at once, each on a connection of its own. */
const askers = 32
/** Healthchecks that the server asks at once. */
const healthchecksAtOnce = 1_000
/** Time between two probes, each on a new connection. In milliseconds. */
const probeEach = 20
/** Time in which nearly all teams must have failed. In milliseconds. */
const patience = 120_000

const get = async (path: string, agent: Agent | false = false): Promise<IncomingMessage> => {
  const asked = request({ host: "127.0.0.1", port: adminPort, path, agent }).end()
  const [response] = (await once(asked, "response")) as [IncomingMessage]
  return response
}

const textOf = async (response: IncomingMessage): Promise<string> => {
  let text = ""
  for await (const chunk of response.setEncoding("utf8")) text += String(chunk)
  return text
}

const timed = async (use: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await use()
  return performance.now() - began
}

const healthz = () => timed(async () => textOf(await get("/healthz")))

const percentile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

/** Probes until `stop` is called. Gives what each took. */
const probing = () => {
  const took: Array<number> = []
  const over = new AbortController()
  const done = (async () => {
    while (!over.signal.aborted) {
      took.push(await healthz())
      await sleep(probeEach)
    }
  })()
  return async () => {
    over.abort()
    await done
    return took
  }
}

const sorts = ["failures", "since", "state", "messages", "heard", "id"]

/** Asks for pages of 500 teams, each time for others, until the time is over. Gives what those took that were answered. */
const ask = async (asker: number, until: number): Promise<ReadonlyArray<number>> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const took: Array<number> = []
  for (let count = asker; performance.now() < until; count++) {
    const query = `limit=500&order=down&sort=${sorts[count % sorts.length]}&text=${(count * 7) % 100}&offset=${count % 1000}`
    const began = performance.now()
    const response = await get(`/api/teams?${query}`, agent)
    await textOf(response)
    if (response.statusCode === 200) took.push(performance.now() - began)
    else await sleep(50)
  }
  agent.destroy()
  return took
}

const open = (count: number, text: string): Promise<ReadonlyArray<Socket>> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(adminPort, "127.0.0.1").on("error", () => {})
      await once(socket, "connect")
      socket.write(text)
      return socket
    })
  )

const failing = async (count: number): Promise<void> => {
  for (const late = performance.now() + patience; performance.now() < late; await sleep(500)) {
    const { teams } = JSON.parse(await textOf(await get("/api/fleet")))
    if (teams.retrying + teams.slow >= count * 0.99) return
  }
  throw new Error(`not all of ${count} teams have failed`)
}

/** Measures the admin surface of a fleet of which every team fails. */
export const measureSiege = (server: Server, client: Client, teams: number, seconds: number): Promise<Measured> =>
  withClient(server, client, { teams }, async ({ probe }) => {
    await server.api.joinRefused({ count: teams, perSecond: 5_000 })
    await failing(teams)
    const stopQuiet = probing()
    await sleep(seconds * 1000)
    const quiet = await stopQuiet()

    await probe.watchLoop()
    const stopBusy = probing()
    const until = performance.now() + seconds * 1000
    const pages = (await Promise.all(Array.from({ length: askers }, (_, asker) => ask(asker, until)))).flat()
    const busy = await stopBusy()
    const delay = await probe.loopDelay()

    const stopAsked = probing()
    await server.api.healthchecks(healthchecksAtOnce)
    const asked = await stopAsked()

    const crowd = await open(256, "GET /api/fleet HTTP/1.1\r\nHost: ")
    const crowded: Array<number> = []
    for (let count = 0; count < 10; count++) crowded.push(await healthz())
    for (const socket of crowd) socket.destroy()

    const paused = await open(32, "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    for (const socket of paused) socket.pause()
    await sleep(1000)
    const first = await timed(async () => {
      const feed = await get("/api/events")
      await once(feed, "data")
      feed.destroy()
    })
    for (const socket of paused) socket.destroy()
    const { rss } = await probe.usage()
    return {
      quietP99: percentile(quiet, 0.99),
      busyP99: percentile(busy, 0.99),
      busyMax: Math.max(...busy),
      loopP99: delay.p99,
      askedP99: percentile(asked, 0.99),
      pages: pages.length / seconds,
      page: median(pages),
      crowdedMax: Math.max(...crowded),
      feedFirst: first,
      rss: rss / 1024 / 1024
    }
  })
