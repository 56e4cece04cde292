import type { Crowd } from "../model/Crowd.ts"
import { Fleet } from "../model/Fleet.ts"
import { type Fault, Host } from "../model/Host.ts"
import { quick } from "../model/Ladder.ts"
import { type Row, row, seconds } from "./Row.ts"

/** How those fail that always fail. */
interface Kind {
  readonly what: string
  readonly fault: Fault | ((index: number) => Fault)
  /** Most dials in the first minute: twice what the fleet cost when it did not find the healthy ones. */
  readonly dials: number
}

const kinds: ReadonlyArray<Kind> = [
  { what: "refused", fault: "refuses", dials: 440 },
  { what: "hanging", fault: "hangs", dials: 440 },
  { what: "refused or hanging", fault: (index) => (index % 2 === 0 ? "refuses" : "hangs"), dials: 440 },
  { what: "closed at once", fault: "closes", dials: 440 },
  // Three dials each: that they die young is known after two, and canaries follow.
  { what: "closed after 1.5 s", fault: "closes soon", dials: 600 }
]

const orders = [
  (fleet: Fleet, failing: Crowd, healthy: Crowd) => fleet.join(failing, healthy),
  (fleet: Fleet, failing: Crowd, healthy: Crowd) => fleet.joinShuffled(failing, healthy),
  (fleet: Fleet, failing: Crowd, healthy: Crowd, others: Crowd) => fleet.join(others, healthy, failing)
]

const joinAtOnce = ({ fault }: Kind, seed: number) => {
  const runs = orders.map((join, index) => {
    const fleet = new Fleet({ seed })
    const host = new Host("host")
    // In the third order the healthy ones are in the middle.
    const failing = fleet.crowd(index === 2 ? 90 : 180, host, fault)
    const healthy = fleet.crowd(20, host)
    join(fleet, failing, healthy, fleet.crowd(90, host, fault))
    const up = fleet.untilUp(healthy)
    fleet.run(60_000 - fleet.now)
    return { up, dials: fleet.dialled }
  })
  return { up: Math.max(...runs.map(({ up }) => up)), dials: Math.max(...runs.map(({ dials }) => dials)) }
}

const joinLater = ({ fault }: Kind, seed: number): number => {
  const waits = [3_000, 180_000].map((wait) => {
    const fleet = new Fleet({ seed })
    const host = new Host("host")
    const healthy = fleet.crowd(50, host)
    fleet.join(fleet.crowd(300, host, fault))
    fleet.run(wait)
    fleet.join(healthy)
    return fleet.untilUp(healthy)
  })
  return Math.max(...waits)
}

/** The longest time that those who are healthy take until they are back, cut again and again, so long after they were up. */
const longestBack = (fleet: Fleet, healthy: Crowd, cuts: ReadonlyArray<number>): number => {
  const waits = cuts.map((wait) => {
    fleet.run(wait)
    fleet.cut(healthy)
    return fleet.untilUp(healthy)
  })
  return Math.max(...waits)
}

const cutOften = ({ fault }: Kind, seed: number): number => {
  const fleet = new Fleet({ seed })
  const host = new Host("host")
  const healthy = fleet.crowd(20, host)
  fleet.join(fleet.crowd(180, host, fault), healthy)
  fleet.untilUp(healthy)
  return longestBack(fleet, healthy, [4_000, 4_000, 2_000, 31_000])
}

const quickly = ({ fault }: Kind, seed: number) => {
  const fleet = new Fleet({ seed, ladder: quick })
  const host = new Host("host")
  const healthy = fleet.crowd(50, host)
  fleet.join(fleet.crowd(300, host, fault))
  fleet.run(3_000)
  fleet.join(healthy)
  const up = fleet.untilUp(healthy)
  return { up, back: longestBack(fleet, healthy, [2_000, 4_000, 4_000, 31_000]) }
}

/** A share of a host's teams fails, always. */
export const failing: ReadonlyArray<Row> = kinds.flatMap((kind) => [
  row(
    `180 of 200 teams of a host are ${kind.what}: 20 healthy ones join with them, or 50 after 300 such, 3 s or minutes later`,
    { "up in … s": 3, "… dials in the first minute": kind.dials },
    (seed) => {
      const { dials, up } = joinAtOnce(kind, seed)
      return {
        "up in … s": seconds(Math.max(up, joinLater(kind, seed))),
        "… dials in the first minute": dials
      }
    }
  ),
  row(
    `180 of 200 are ${kind.what}: the healthy ones are cut, up for 4 s, 4 s, 2 s and 31 s`,
    { "back in … s": 5 },
    (seed) => ({ "back in … s": seconds(cutOften(kind, seed)) })
  ),
  row(
    `300 of 350 are ${kind.what}, with quick settings: the healthy ones join, and are cut, up for 2 s, 4 s, 4 s and 31 s`,
    { "up in … s": 2, "back in … s": 2 },
    (seed) => {
      const { back, up } = quickly(kind, seed)
      return { "up in … s": seconds(up), "back in … s": seconds(back) }
    }
  )
])
