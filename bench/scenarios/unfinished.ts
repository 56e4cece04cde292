// What messages cost that never end: bytes of a great many of them, and pings between, so that no peer seems dead.
import { setTimeout as sleep } from "node:timers/promises"
import { type Client, floor, named } from "../clients.ts"
import { type Server, withClient } from "../run.ts"
import type { Measured } from "./fleet.ts"

const teams = 1_000
/** Time for which bytes and pings come: less than a message may take. In seconds. */
const seconds = 20
/** Between two looks at the memory. In milliseconds. */
const lookEach = 100

/** The bound on all messages that are not whole, by default: MiB. */
const bound = 64

const limited = named(`${bound} MiB, the default`)

/** One by hand, Botswain as it is, and with a bound that nothing here reaches. */
export const bounds: ReadonlyArray<Client> = [floor, limited, named("16 GiB", "--max-unfinished=16GiB")]

const mebibytes = (bytes: number) => bytes / 1024 / 1024

export const measureUnfinished = (server: Server, client: Client): Promise<Measured> =>
  withClient(server, client, { teams }, async ({ probe }) => {
    await server.api.join({ count: teams, perSecond: 400 })
    await sleep(1_000)
    const before = await probe.memory()
    const over = new AbortController()
    const looking = (async () => {
      let most = 0
      while (!over.signal.aborted) {
        const { rss } = await probe.usage()
        most = Math.max(most, mebibytes(rss))
        await sleep(lookEach)
      }
      return most
    })()
    await probe.watchLoop()
    await server.api.talkWithoutEnd(seconds)
    over.abort()
    const most = await looking
    const delay = await probe.loopDelay()
    const open = await server.api.open()
    const after = await probe.memory()
    return {
      base: mebibytes(before.rss),
      allowed: mebibytes(before.rss) + bound,
      most,
      end: mebibytes(after.rss),
      buffers: mebibytes(after.arrayBuffers - before.arrayBuffers),
      heap: mebibytes(after.heapTotal - before.heapTotal),
      open,
      loopP99: delay.p99
    }
  })
