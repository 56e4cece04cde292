// What it costs to keep a state: the same talk with and without, the end, and a start on what was kept.
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { type Client, named } from "../clients.ts"
import { type Server, withClient } from "../run.ts"
import { atOnce, type FleetOptions, type Measured, median } from "./fleet.ts"

const folder = mkdtempSync(join(tmpdir(), "botswain-bench-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

export const stateless = named("state off")

/** Keeps its state in a file of its own for each round, or in the database that is named. */
export const stateful = (database?: string): Client =>
  named(
    database === undefined ? "state in a file" : "state in a database",
    `--state=${database ?? join(folder, "fleet.db")}`
  )

/** Floods of each kind: the cost of a message differs by a few percent from one to the next. */
const floods = 5

/** Measures a fleet that talks and ends, and then its next start. */
export const measureState = async (
  server: Server,
  client: Client,
  { healthchecks, messages, settle, teams }: FleetOptions
): Promise<Measured> => {
  const { api } = server
  const isKept = client !== stateless
  for (const file of readdirSync(folder)) rmSync(join(folder, file))
  const talk = await withClient(server, client, { teams }, async ({ ended, probe }) => {
    await api.join({ count: teams, perSecond: atOnce })
    await sleep(settle)
    const flood = async (framesAWrite: number, share: number) => {
      const rounds = Math.max(1, Math.round((messages * share) / teams / framesAWrite))
      const before = await probe.usage()
      const sent = await api.flood({ framesAWrite, rounds })
      const after = await probe.usage()
      return (after.cpu - before.cpu) / sent.messages
    }
    await flood(10, 0.1)
    const ten: Array<number> = []
    const one: Array<number> = []
    for (let count = 0; count < floods; count++) {
      ten.push(await flood(10, 1))
      one.push(await flood(1, 0.25))
    }
    const checks: Array<number> = []
    for (let count = 0; count < healthchecks; count++) checks.push((await api.healthcheck()).millis)
    await probe.watchLoop()
    await api.offer({ framesAWrite: 10, perSecond: 50_000, seconds: 5 })
    const delay = await probe.loopDelay()
    const said = performance.now()
    await api.goodbye()
    await Promise.race([ended, sleep(20_000)])
    return {
      cpuTen: median(ten),
      cpuOne: median(one),
      healthcheck: median(checks),
      delayP99: delay.p99,
      exit: performance.now() - said
    }
  })
  const began = performance.now()
  const start = await withClient(server, client, { teams, probed: false }, async ({ toGlobal }) => {
    await (isKept ? api.reach(teams) : api.join({ count: teams, perSecond: atOnce }))
    return { startToGlobal: toGlobal, startToUp: performance.now() - began }
  })
  return { ...talk, ...start }
}
