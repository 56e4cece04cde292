import { Fleet } from "../model/Fleet.ts"
import { Host } from "../model/Host.ts"
import { type Row, row, seconds } from "./Row.ts"

const fewSockets = row(
  "our machine has sockets for 100 of 300 teams; then for all",
  { "100 up in … s": 3, "… dials too many": 0, "then all in … s": 3 },
  (seed) => {
    const fleet = new Fleet({ seed })
    const crowd = fleet.crowd(300, new Host("host"))
    fleet.sessions.sockets = 100
    fleet.join(crowd)
    const some = fleet.until(() => crowd.up === 100, 60_000)
    fleet.run(30_000)
    const tooMany = fleet.dialled - 100
    fleet.sessions.sockets = Infinity
    return {
      "100 up in … s": seconds(some),
      "… dials too many": tooMany,
      "then all in … s": seconds(fleet.untilUp(crowd))
    }
  }
)

const noPorts = row(
  "every dial of 300 teams dies of something that our machine lacks, for 20 s",
  { "… failures counted": 0, "healed, up in … s": 3 },
  (seed) => {
    const fleet = new Fleet({ seed })
    const crowd = fleet.crowd(300, new Host("host"))
    fleet.sessions.lacksPorts = true
    fleet.join(crowd)
    fleet.run(20_000)
    const failures = crowd.bots.reduce((sum, bot) => sum + bot.failures, 0)
    fleet.sessions.lacksPorts = false
    return { "… failures counted": failures, "healed, up in … s": seconds(fleet.untilUp(crowd)) }
  }
)

/** What our own machine lacks. */
export const ours: ReadonlyArray<Row> = [fewSockets, noPorts]
