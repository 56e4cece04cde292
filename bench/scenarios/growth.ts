// One fleet that grows: what a team costs among few and among many.
import { setTimeout as sleep } from "node:timers/promises"
import type { Client } from "../clients.ts"
import { type Server, withClient } from "../run.ts"
import { atOnce, type Measured, median } from "./fleet.ts"

const settle = 1500
const healthchecks = 21

/** Measures a client at each size, in turn, in one process. Keys are `rss@100` and the like. */
export const measureGrowth = (server: Server, client: Client, sizes: ReadonlyArray<number>): Promise<Measured> =>
  withClient(server, client, { teams: 0 }, async ({ probe }) => {
    await sleep(settle)
    const empty = await probe.usage()
    const emptyHeap = await probe.heap()
    const measured: Record<string, number> = {}
    for (const size of sizes) {
      process.stderr.write(`  ${client.name}: ${size} teams\n`)
      // Teams that have joined already join again, which changes nothing.
      await server.api.join({ count: size, perSecond: atOnce })
      await sleep(settle)
      const { rss } = await probe.usage()
      measured[`rss@${size}`] = (rss - empty.rss) / size / 1024
      measured[`heap@${size}`] = ((await probe.heap()) - emptyHeap) / size / 1024
      const millis = []
      for (let count = 0; count < healthchecks; count++) millis.push((await server.api.healthcheck()).millis)
      measured[`healthcheck@${size}`] = median(millis)
    }
    return measured
  })
