// A fleet of one size, from the start of the process to its end: most of the figures.
import { setTimeout as sleep } from "node:timers/promises"
import type { Client } from "../clients.ts"
import { type Server, withClient } from "../run.ts"

export interface FleetOptions {
  readonly teams: number
  /** Messages of each flood. */
  readonly messages: number
  /** Of the offered load. */
  readonly seconds: number
  /** Of the idle fleet: some intervals of pings, since what the garbage collector does comes in one of them. */
  readonly idle: number
  /** Before the idle fleet is measured. */
  readonly warmUp: number
  readonly healthchecks: number
  /** Until what a phase has started has come to rest. In milliseconds. */
  readonly settle: number
}

/** The figures of a run, by key. */
export type Measured = Readonly<Record<string, number>>

/** Teams that join a second: the pace that the protocol sets for dials is a little more. */
const joinRate = 400

/** So many that all join in one turn. */
export const atOnce = 1e9

/** Messages a second of the offered load. */
const offered = 100_000

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Measures a client on one fleet. */
export const measureFleet = (server: Server, client: Client, options: FleetOptions): Promise<Measured> => {
  const { settle } = options
  const teams = Math.min(options.teams, client.atMost ?? Infinity)
  return withClient(server, client, { teams }, async ({ probe }) => {
    const { api } = server
    await sleep(settle)
    const empty = await probe.usage()
    const emptyHeap = await probe.heap()

    const beforeJoin = await probe.usage()
    await api.join({ count: teams, perSecond: joinRate })
    await sleep(settle)
    const idle = await probe.usage()
    const idleHeap = await probe.heap()

    // So that each team has been pinged before: what is compiled for the first pings is not what keeping alive costs.
    await sleep(options.warmUp * 1000)
    const beforePings = await probe.usage()
    await sleep(options.idle * 1000)
    const afterPings = await probe.usage()

    const healthchecks = []
    for (let count = 0; count < options.healthchecks; count++) healthchecks.push((await api.healthcheck()).millis)

    let messages = 0
    let props = 0
    /** Waits until the client has counted all, so that none is lost. */
    const counted = async () => {
      for (let tries = 0; ; tries++) {
        const health = await api.healthcheck()
        if (health.messages === messages && health.props === props) return
        if (tries === 100) throw new Error(`${client.name} has counted ${health.messages} of ${messages} messages`)
        await sleep(100)
      }
    }
    const flood = async (framesAWrite: number, share: number) => {
      const rounds = Math.max(1, Math.round((options.messages * share) / teams / framesAWrite))
      const before = await probe.usage()
      const sent = await api.flood({ framesAWrite, rounds })
      const after = await probe.usage()
      messages += sent.messages
      props += sent.props
      await counted()
      return { cpu: (after.cpu - before.cpu) / sent.messages, rate: sent.messages / sent.seconds, rss: after.rss }
    }
    // Unmeasured, so that all are measured with compiled code.
    await flood(10, 0.05)
    const ten = await flood(10, 1)
    const one = await flood(1, 0.5)
    await sleep(settle)
    const traffic = await probe.usage()

    await probe.watchLoop()
    const beforeOffer = await probe.usage()
    const load = await api.offer({ framesAWrite: 10, perSecond: offered, seconds: options.seconds })
    const afterOffer = await probe.usage()
    const delay = await probe.loopDelay()
    messages += load.messages
    props += load.props
    await counted()

    return {
      upCpu: (idle.cpu - beforeJoin.cpu) / teams,
      rssIdle: (idle.rss - empty.rss) / teams / 1024,
      heapIdle: (idleHeap - emptyHeap) / teams / 1024,
      rssTraffic: (traffic.rss - empty.rss) / teams / 1024,
      rssTotal: traffic.rss / 1024 / 1024,
      cpuTen: ten.cpu,
      rateTen: ten.rate,
      cpuOne: one.cpu,
      rateOne: one.rate,
      delayP50: delay.p50,
      delayP99: delay.p99,
      delayMax: delay.max,
      offeredTaken: load.messages / load.seconds,
      offeredCpu: (afterOffer.cpu - beforeOffer.cpu) / load.messages,
      keepAlive: (afterPings.cpu - beforePings.cpu) / options.idle / 1000,
      healthcheck: median(healthchecks)
    }
  })
}
