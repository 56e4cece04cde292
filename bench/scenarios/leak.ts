// Rounds of cutting and healing all sockets: what stays in memory.
import type { Client } from "../clients.ts"
import { type Server, withClient } from "../run.ts"
import { atOnce, type Measured } from "./fleet.ts"

/** The round from which on the heap must not grow any more. */
const warm = 20

/** Flags with which a heal takes no longer than it must: no wait, no pace, and no slow lane. */
export const hurried = [
  "--stable-after=1 millis",
  "--backoff-base=1 millis",
  "--backoff-cap=10 millis",
  "--slow-after=1000",
  "--dial-rate=100000"
]

export const measureLeak = (server: Server, client: Client, teams: number, rounds: number): Promise<Measured> =>
  withClient(server, client, { teams }, async ({ probe }) => {
    await server.api.join({ count: teams, perSecond: atOnce })
    let before = 0
    let after = 0
    for (let round = 1; round <= rounds; round++) {
      await server.api.cut()
      if (round % warm !== 0) continue
      after = await probe.heap()
      before ||= after
      process.stderr.write(`  round ${round} of ${rounds}: heap ${(after / 1024 / 1024).toFixed(2)} MB\n`)
    }
    return { heapGrowth: after / before }
  })
