import { Fleet } from "../model/Fleet.ts"
import { Host } from "../model/Host.ts"
import { admits } from "../model/Load.ts"
import { type Row, row, seconds } from "./Row.ts"

const unknownHosts = (maxDials: number, bound: number): Row =>
  row(
    `300 hosts of a team each hang, with ${maxDials} dials in flight at most: 50 teams join on a good one 1 s or 8 s later, and are cut, up for 2 s and 31 s`,
    { "up in … s": bound, "back in … s": bound },
    (seed) => {
      let up = 0
      let back = 0
      for (const wait of [1_000, 8_000]) {
        const fleet = new Fleet({ seed, maxDials })
        const healthy = fleet.crowd(50, new Host("good"))
        for (let index = 0; index < 300; index++) fleet.join(fleet.crowd(1, new Host(`host ${index}`), "hangs"))
        fleet.run(wait)
        fleet.join(healthy)
        up = Math.max(up, fleet.untilUp(healthy))
        for (const lived of [2_000, 31_000]) {
          fleet.run(lived)
          fleet.cut(healthy)
          back = Math.max(back, fleet.untilUp(healthy))
        }
      }
      return { "up in … s": seconds(up), "back in … s": seconds(back) }
    }
  )

const besideAHostThatHangs = row(
  "300 teams of one host hang, with 64 dials in flight at most: 50 join on another 0.5 s later, and are cut",
  { "up in … s": 3, "back in … s": 3 },
  (seed) => {
    const fleet = new Fleet({ seed, maxDials: 64 })
    const healthy = fleet.crowd(50, new Host("good"))
    fleet.join(fleet.crowd(300, new Host("bad"), "hangs"))
    fleet.run(500)
    fleet.join(healthy)
    const up = fleet.untilUp(healthy)
    fleet.run(2_000)
    fleet.cut(healthy)
    return { "up in … s": seconds(up), "back in … s": seconds(fleet.untilUp(healthy)) }
  }
)

const manyNewcomers = row(
  "1,800 of 2,000 new teams of a host are refused",
  // Each is tried once, at the first pace at least.
  { "the others up in … s": 3 + 2_000 / 100 },
  (seed) => {
    const fleet = new Fleet({ seed })
    const host = new Host("host")
    const healthy = fleet.crowd(200, host)
    fleet.joinShuffled(fleet.crowd(1_800, host, "refuses"), healthy)
    return { "the others up in … s": seconds(fleet.untilUp(healthy)) }
  }
)

const amongMany = row(
  "500 of 5,000 new teams of a host are refused; the others are cut later",
  { "the others up in … s": 5, "back in … s": 5 },
  (seed) => {
    const fleet = new Fleet({ seed })
    const host = new Host("host")
    const healthy = fleet.crowd(4_500, host)
    fleet.joinShuffled(fleet.crowd(500, host, "refuses"), healthy)
    const up = fleet.untilUp(healthy)
    fleet.run(31_000)
    fleet.cut(healthy)
    return { "the others up in … s": seconds(up), "back in … s": seconds(fleet.untilUp(healthy)) }
  }
)

const allKindsOfHosts = row(
  "host A is good for 200 teams; of B 180 of 200 hang; C refuses 500; D admits 50 a second of 300. All join, and are cut",
  { "A in … s": 3, "the healthy of B in … s": 5, "D in … times teams / capacity": 1.25 },
  (seed) => {
    const fleet = new Fleet({ seed })
    const [hostA, hostB] = [new Host("A"), new Host("B")]
    const [a, b] = [fleet.crowd(200, hostA), fleet.crowd(20, hostB)]
    const c = fleet.crowd(500, new Host("C"), "refuses")
    const d = fleet.crowd(300, new Host("D", { load: admits(5, 100) }))
    const worst = { a: 0, b: 0, d: 0 }
    const measure = () => {
      const since = fleet.now
      const took = { a: Infinity, b: Infinity, d: Infinity }
      fleet.until(() => {
        if (a.areUp) took.a = Math.min(took.a, fleet.now - since)
        if (b.areUp) took.b = Math.min(took.b, fleet.now - since)
        if (d.areUp) took.d = Math.min(took.d, fleet.now - since)
        return Math.max(took.a, took.b, took.d) < Infinity
      }, 60_000)
      for (const host of ["a", "b", "d"] as const) worst[host] = Math.max(worst[host], took[host])
    }
    fleet.joinShuffled(a, fleet.crowd(180, hostB, "hangs"), b, c, d)
    measure()
    fleet.run(31_000)
    fleet.cut(a, b, d)
    measure()
    return {
      "A in … s": seconds(worst.a),
      "the healthy of B in … s": seconds(worst.b),
      "D in … times teams / capacity": worst.d / 6_000
    }
  }
)

const aSlowName = row("400 teams join on one name whose look-up takes 400 ms", { "up in … s": 3 }, (seed) => {
  const fleet = new Fleet({ seed })
  const crowd = fleet.crowd(400, new Host("host", { lookup: 400 }))
  fleet.join(crowd)
  return { "up in … s": seconds(fleet.untilUp(crowd)) }
})

/** Many hosts, or many newcomers. */
export const hosts: ReadonlyArray<Row> = [
  unknownHosts(512, 3),
  unknownHosts(64, 4),
  besideAHostThatHangs,
  manyNewcomers,
  amongMany,
  allKindsOfHosts,
  aSlowName
]
