import { Fleet } from "../model/Fleet.ts"
import { Host } from "../model/Host.ts"
import { admits, type Load, queues, slowsAbove } from "../model/Load.ts"
import { mostInASecond, type Row, row, seconds } from "./Row.ts"

/** A server that bears so many dials a second. */
interface Server {
  readonly what: string
  readonly bears: number
  readonly load: () => Load
}

const inTenths = (bears: number): Server => ({
  what: `admits ${bears} a second and refuses the rest`,
  bears,
  load: () => admits(bears / 10, 100)
})

const inSeconds = (bears: number): Server => ({
  what: `admits the first ${bears} of each whole second and refuses the rest`,
  bears,
  load: () => admits(bears, 1_000)
})

const inTurn = (bears: number): Server => ({
  what: `answers ${bears} a second, one after the other`,
  bears,
  load: () => queues(bears)
})

const together = (atOnce: number, latency: number): Server => ({
  what: `answers ${atOnce} at a time in ${latency} ms, and the slower the more there are`,
  bears: (atOnce * 1_000) / latency,
  load: () => slowsAbove(atOnce, latency)
})

/** Time until a server that counts by the second has shown what it bears: a canary goes within a second, and then a whole one. */
const unknownFor = 2_000

const mostDials = "… dials a team"
const peak = "after two seconds never more than … times what it bears"

const afterOutage = (server: Server, teams: number, outage: number, factor: number): Row =>
  row(
    `after ${seconds(outage)} s of refusals a host ${server.what}: ${teams.toLocaleString("en")} teams`,
    { "full in … times outage + teams / capacity": factor, [mostDials]: 1.5, [peak]: 1.5 },
    (seed) => {
      const fleet = new Fleet({ seed })
      const host = new Host("host")
      const crowd = fleet.crowd(teams, host)
      fleet.join(crowd)
      fleet.untilUp(crowd)
      fleet.run(31_000)
      host.outage = "refuses"
      fleet.cut(crowd)
      // At any point of the server's second.
      const lasted = outage + ((seed * 137) % 1_000)
      fleet.run(lasted)
      host.outage = undefined
      host.load = server.load()
      const before = fleet.dialled
      const since = fleet.now
      const full = lasted + fleet.untilUp(crowd, 600_000)
      return {
        "full in … times outage + teams / capacity": full / (lasted + (teams / server.bears) * 1_000),
        [mostDials]: (fleet.dialled - before) / teams,
        [peak]: mostInASecond(host.dials, since + unknownFor) / server.bears
      }
    }
  )

const fromNothing = (server: Server, teams: number): Row =>
  row(
    `${teams.toLocaleString("en")} new teams join a host that ${server.what}`,
    { "full in … times teams / capacity": 1.25, [mostDials]: 1.5, [peak]: 1.5 },
    (seed) => {
      const fleet = new Fleet({ seed })
      const host = new Host("host", { load: server.load() })
      const crowd = fleet.crowd(teams, host)
      fleet.join(crowd)
      const full = fleet.untilUp(crowd, 600_000)
      return {
        "full in … times teams / capacity": full / ((teams / server.bears) * 1_000),
        [mostDials]: fleet.dialled / teams,
        [peak]: mostInASecond(host.dials, unknownFor) / server.bears
      }
    }
  )

const freely = (latency: number, up: number, back: number): Row =>
  row(
    `5,000 teams join a host that takes all in ${latency} ms, at 0.2 ms of our CPU each, and are all cut`,
    { "up in … s": up, "back in … s": back },
    (seed) => {
      const fleet = new Fleet({ seed })
      const crowd = fleet.crowd(5_000, new Host("host", { latency }))
      fleet.join(crowd)
      const first = fleet.untilUp(crowd)
      fleet.run(31_000)
      fleet.cut(crowd)
      return { "up in … s": seconds(first), "back in … s": seconds(fleet.untilUp(crowd)) }
    }
  )

const slowly = (latency: number): Row =>
  row(
    `1,000 teams join a sound host whose every handshake takes ${latency} ms, and are all cut`,
    { "up in … s": 30, "back in … s": 30, [mostDials]: 2 },
    (seed) => {
      const fleet = new Fleet({ seed })
      const crowd = fleet.crowd(1_000, new Host("host", { latency }))
      fleet.join(crowd)
      const first = fleet.untilUp(crowd, 300_000)
      fleet.run(31_000)
      fleet.cut(crowd)
      const second = fleet.untilUp(crowd, 300_000)
      return { "up in … s": seconds(first), "back in … s": seconds(second), [mostDials]: fleet.dialled / 1_000 }
    }
  )

const asksToWait = row(
  "a host refuses 200 teams with Retry-After: 20",
  // Those that began before the first answer was there.
  { "… dials within": 10, "healed, back in … s": 3 },
  (seed) => {
    const fleet = new Fleet({ seed })
    const host = new Host("host")
    const crowd = fleet.crowd(200, host)
    host.outage = "refuses"
    host.retryAfter = 20_000
    fleet.join(crowd)
    fleet.run(20_000)
    host.outage = undefined
    return { "… dials within": fleet.dialled, "healed, back in … s": seconds(fleet.untilUp(crowd)) }
  }
)

/** Many teams, and a host that bears so much. */
export const filling: ReadonlyArray<Row> = [
  afterOutage(inTenths(500), 5_000, 10_000, 1.05),
  afterOutage(inTenths(500), 5_000, 1_000, 1.25),
  afterOutage(inTenths(100), 1_500, 10_000, 1.25),
  afterOutage(inTenths(100), 10_000, 10_000, 1.25),
  afterOutage(inSeconds(500), 5_000, 10_000, 1.05),
  afterOutage(inSeconds(100), 10_000, 60_000, 1.25),
  afterOutage(inSeconds(20), 1_000, 60_000, 1.25),
  afterOutage(inTurn(500), 5_000, 10_000, 1.05),
  afterOutage(inTurn(100), 1_500, 10_000, 1.25),
  afterOutage(together(50, 20), 5_000, 10_000, 1.25),
  afterOutage(together(100, 200), 5_000, 10_000, 1.25),
  fromNothing(inTenths(100), 5_000),
  fromNothing(inSeconds(100), 5_000),
  fromNothing(inTurn(100), 1_500),
  freely(2, 2, 2.5),
  freely(100, 4, 4),
  slowly(200),
  slowly(1_500),
  slowly(3_000),
  asksToWait
]
