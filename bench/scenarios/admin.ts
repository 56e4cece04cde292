// What the admin surface costs a fleet: a page that has stopped reading, and a Prometheus that scrapes each second.
import { once } from "node:events"
import { request, type IncomingMessage } from "node:http"
import { createServer, type AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import type { Client } from "../clients.ts"
import { type Server, withClient } from "../run.ts"
import { type FleetOptions, type Measured, median } from "./fleet.ts"

const joinRate = 400
/** Messages a second: much, and not all that the fleet can take. */
const offered = 50_000
const scrapeEach = 1000

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}

/** The port of the surface of the client that is measured: one for the whole bench, so that flags can name it. */
export const adminPort = await freePort()

const get = async (path: string): Promise<IncomingMessage> => {
  const asked = request({ host: "127.0.0.1", port: adminPort, path, agent: false }).end()
  const [response] = (await once(asked, "response")) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`${path} was answered with ${response.statusCode}`)
  return response
}

/** Opens the feed and reads nothing of it, and scrapes until `stop` is called. Counts the scrapes. */
const watch = async () => {
  const feed = await get("/api/events")
  feed.pause()
  let scrapes = 0
  const timer = setInterval(() => {
    get("/metrics").then(
      (response) => response.on("end", () => scrapes++).resume(),
      (error: unknown) => console.error("a scrape has failed:", error)
    )
  }, scrapeEach)
  return {
    scrapes: () => scrapes,
    stop: () => {
      clearInterval(timer)
      feed.destroy()
    }
  }
}

/** Measures a fleet, watched or not. */
export const measureAdmin = (
  server: Server,
  client: Client,
  watched: boolean,
  { healthchecks, seconds, settle, teams, warmUp }: FleetOptions
): Promise<Measured> =>
  withClient(server, client, { teams }, async ({ probe }) => {
    const { api } = server
    await sleep(settle)
    const watching = watched ? await watch() : undefined
    const before = await probe.usage()
    await api.join({ count: teams, perSecond: joinRate })
    await sleep(settle)
    const up = await probe.usage()

    await sleep(warmUp * 1000)
    const beforePings = await probe.usage()
    await sleep(seconds * 1000)
    const afterPings = await probe.usage()

    const checks = []
    for (let count = 0; count < healthchecks; count++) checks.push((await api.healthcheck()).millis)

    await probe.watchLoop()
    const beforeLoad = await probe.usage()
    const load = await api.offer({ framesAWrite: 10, perSecond: offered, seconds })
    const afterLoad = await probe.usage()
    const delay = await probe.loopDelay()
    watching?.stop()
    if (watching?.scrapes() === 0) throw new Error("nothing was scraped")
    return {
      upCpu: (up.cpu - before.cpu) / teams,
      idle: (afterPings.cpu - beforePings.cpu) / seconds / 1000,
      load: (afterLoad.cpu - beforeLoad.cpu) / seconds / 1000,
      taken: load.messages / load.seconds,
      delayP99: delay.p99,
      healthcheck: median(checks),
      rss: afterLoad.rss / 1024 / 1024
    }
  })
