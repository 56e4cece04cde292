// All teams join at once; then all sockets are cut at once.
import { setTimeout as sleep } from "node:timers/promises"
import type { Client } from "../clients.ts"
import { type Server, withClient } from "../run.ts"
import { atOnce, type Measured } from "./fleet.ts"

/** Until what a phase has started has come to rest. In milliseconds. */
const settle = 1500

/** Until a connection counts as stable, in milliseconds: what is cut in the field has mostly been up for longer. */
const stable = 31_000

/** Measures how a client takes a burst. */
export const measureBurst = (server: Server, client: Client, wanted: number): Promise<Measured> => {
  const teams = Math.min(wanted, client.atMost ?? Infinity)
  return withClient(server, client, { teams }, async ({ ended, probe }) => {
    const { api } = server
    await sleep(settle)
    const before = await probe.usage()
    const upSeconds = await api.join({ count: teams, perSecond: atOnce })
    await sleep(settle)
    const up = await probe.usage()
    await sleep(stable)
    const stood = await probe.usage()
    const backSeconds = await api.cut()
    await sleep(settle)
    const back = await probe.usage()
    const said = performance.now()
    await api.goodbye()
    await Promise.race([ended, sleep(20_000)])
    return {
      upSeconds,
      burstCpu: (up.cpu - before.cpu) / teams,
      backSeconds,
      backCpu: (back.cpu - stood.cpu) / teams,
      exit: performance.now() - said
    }
  })
}
