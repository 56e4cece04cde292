import { Fleet } from "../model/Fleet.ts"
import { type Fault, Host } from "../model/Host.ts"
import { usual } from "../model/Ladder.ts"
import { type Row, row, seconds } from "./Row.ts"

const connectTimeout = seconds(usual.connectTimeout)

/** An outage in which all dials of so many teams end in a way. */
interface Outage {
  readonly what: string
  readonly teams: number
  readonly fault: Fault
  /** Milliseconds. */
  readonly length: number
  readonly upBefore: number
  readonly dials: number
  /** Seconds after the end until all are back. */
  readonly back: number
}

const minute = { teams: 1_000, length: 60_000, upBefore: 2_000, dials: 300 }
const tenMinutes = { teams: 10_000, length: 600_000, upBefore: 31_000, dials: 1_000, back: 30 }

const all: ReadonlyArray<Outage> = [
  { ...minute, what: "1,000 teams are closed at once, for 60 s", fault: "closes", back: 10 },
  { ...minute, what: "1,000 teams are refused, for 60 s", fault: "refuses", back: 10 },
  // Those that hang when it heals have their connect timeout, and are dialled again.
  { ...minute, what: "1,000 teams hang, for 60 s", fault: "hangs", back: connectTimeout + 2 },
  {
    ...minute,
    what: "1,000 teams are accepted and hear nothing, for 60 s",
    fault: "says nothing",
    back: connectTimeout + 2
  },
  // Each team dies young twice before it is known.
  {
    what: "600 teams are closed after 1.5 s, for 40 s",
    teams: 600,
    length: 40_000,
    upBefore: 2_000,
    fault: "closes soon",
    dials: 900,
    back: 10
  },
  { ...tenMinutes, what: "10,000 teams are refused, for ten minutes", fault: "refuses" },
  { ...tenMinutes, what: "10,000 teams hang, for ten minutes", fault: "hangs" }
]

const ofAll = ({ back, dials, fault, length, teams, upBefore, what }: Outage): Row =>
  row(what, { "… dials": dials, "healed, back in … s": back }, (seed) => {
    const fleet = new Fleet({ seed })
    const host = new Host("host")
    const crowd = fleet.crowd(teams, host)
    fleet.join(crowd)
    fleet.untilUp(crowd)
    fleet.run(upBefore)
    host.outage = fault
    fleet.cut(crowd)
    const before = fleet.dialled
    fleet.run(length)
    const cost = fleet.dialled - before
    host.outage = undefined
    return { "… dials": cost, "healed, back in … s": seconds(fleet.untilUp(crowd, 400_000)) }
  })

const newcomers = row(
  "50 teams join a host that has refused all of 1,000 for three minutes, and would take them",
  { "up in … s": 3 },
  (seed) => {
    const fleet = new Fleet({ seed })
    const host = new Host("host")
    const healthy = fleet.crowd(50, host)
    fleet.join(fleet.crowd(1_000, host, "refuses"))
    fleet.run(180_000)
    fleet.join(healthy)
    return { "up in … s": seconds(fleet.untilUp(healthy)) }
  }
)

/** Brings a host's teams up, and down by dials that hang for so long. */
const hang = (fleet: Fleet, teams: number, length: number) => {
  const host = new Host("host")
  const crowd = fleet.crowd(teams, host)
  fleet.join(crowd)
  fleet.untilUp(crowd)
  fleet.run(31_000)
  host.outage = "hangs"
  fleet.cut(crowd)
  fleet.run(length)
  host.outage = undefined
  return crowd
}

const hangsLong = row(
  "100 teams hang, for ten minutes",
  // The slow lane keeps nobody who failed of what is over.
  { "healed, back in … s": connectTimeout + 2 },
  (seed) => {
    const fleet = new Fleet({ seed })
    return { "healed, back in … s": seconds(fleet.untilUp(hang(fleet, 100, 600_000), 400_000)) }
  }
)

const ofAsks = (asksEnd: "error" | "silence", what: string, back: number): Row =>
  row(`every ask of 1,000 teams ${what}, for 60 s`, { "… asks": 300, "healed, back in … s": back }, (seed) => {
    const fleet = new Fleet({ seed })
    const { sessions } = fleet
    const crowd = fleet.crowd(1_000, new Host("host"))
    sessions.asksEnd = asksEnd
    fleet.join(crowd)
    fleet.run(60_000)
    const cost = sessions.asked
    sessions.asksEnd = "offer"
    return { "… asks": cost, "healed, back in … s": seconds(fleet.untilUp(crowd, 400_000)) }
  })

const amongFailing = (fault: Fault, what: string, back: number): Row =>
  row(
    `a host of which 200 of 400 teams are ${what} for good refuses all, for 20 s`,
    { "healed, the others back in … s": back },
    (seed) => {
      const fleet = new Fleet({ seed })
      const host = new Host("host")
      const healthy = fleet.crowd(200, host)
      const failing = fleet.crowd(200, host, fault)
      fleet.joinShuffled(failing, healthy)
      fleet.untilUp(healthy)
      fleet.run(31_000)
      host.outage = "refuses"
      fleet.cut(failing, healthy)
      fleet.run(20_000)
      host.outage = undefined
      return { "healed, the others back in … s": seconds(fleet.untilUp(healthy, 200_000)) }
    }
  )

const inPieces = (share: number, every: number): Row =>
  row(
    `${share * 100} % of 1,000 teams are refused for good, and a third of the others is cut every ${seconds(every)} s, for 60 s`,
    // The longest wait of the back-off, which those have who are cut again before they have held.
    { "all back in … s": seconds(usual.backoffCap) },
    (seed) => {
      const fleet = new Fleet({ seed })
      const host = new Host("host")
      const healthy = fleet.crowd(1_000 * (1 - share), host)
      fleet.joinShuffled(fleet.crowd(1_000 * share, host, "refuses"), healthy)
      let longest = fleet.untilUp(healthy)
      for (let passed = 0; passed < 60_000; passed += every) {
        fleet.run(every)
        fleet.cutShare(1 / 3, healthy)
        longest = Math.max(longest, fleet.untilUp(healthy))
      }
      return { "all back in … s": seconds(longest) }
    }
  )

const ofOurNetwork = row(
  "300 hosts of 5 teams each all hang for 60 s, since our own network is gone",
  // A first dial a team and twenty canaries a second; then a connect timeout and the longest wait of the back-off.
  { "… dials": 1_500 + 20 * 60, "healed, back in … s": connectTimeout + seconds(usual.backoffCap) },
  (seed) => {
    const fleet = new Fleet({ seed })
    const hosts = Array.from({ length: 300 }, (_, index) => new Host(`host ${index}`))
    const crowds = hosts.map((host) => fleet.crowd(5, host))
    fleet.join(...crowds)
    fleet.until(() => crowds.every(({ areUp }) => areUp), 60_000)
    fleet.run(31_000)
    for (const host of hosts) host.outage = "hangs"
    fleet.cut(...crowds)
    const before = fleet.dialled
    fleet.run(60_000)
    const cost = fleet.dialled - before
    for (const host of hosts) host.outage = undefined
    const back = fleet.until(() => crowds.every(({ areUp }) => areUp), 400_000)
    return { "… dials": cost, "healed, back in … s": seconds(back) }
  }
)

const steady = row(
  "300 of 1,000 teams are refused for ten minutes, the others are up",
  { "… dials": 2_000, "healed, all up in … s": 15 },
  (seed) => {
    const fleet = new Fleet({ seed })
    const host = new Host("host")
    const failing = fleet.crowd(300, host, "refuses")
    fleet.join(failing, fleet.crowd(700, host))
    fleet.run(600_000)
    const cost = fleet.dialled
    for (const bot of failing.bots) bot.fault = undefined
    return { "… dials": cost, "healed, all up in … s": seconds(fleet.untilUp(failing, 400_000)) }
  }
)

/** All of a host's teams fail for a while, or all asks. */
export const outages: ReadonlyArray<Row> = [
  ...all.map(ofAll),
  hangsLong,
  newcomers,
  ofAsks("error", "is answered with an error", 10),
  ofAsks("silence", "is not answered", connectTimeout + 10),
  amongFailing("refuses", "refused", 5),
  amongFailing("hangs", "hanging", 5),
  // A canary that must hold for 3 s, before it another, and the fill.
  amongFailing("closes soon", "closed after 1.5 s", 6),
  inPieces(0.5, 2_000),
  inPieces(0.9, 5_000),
  ofOurNetwork,
  steady
]
