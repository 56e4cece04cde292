import { assert, describe, it } from "@effect/vitest"
import { type RunReport, summary } from "../../../src/cli/run/summary.ts"
import { allWritten, diskFull, withoutJournal } from "../../support/ledgers.ts"

const report: RunReport = {
  endedBy: "goodbye",
  duration: 20_400,
  census: { wanted: 12, departed: 1, connected: 12, failing: 0, slowRetry: 0, unconfirmed: 0, denied: 0 },
  totals: {
    messages: 3412,
    props: 210,
    incidents: {
      "connection.opened": 23,
      "connection.dropped": 9,
      "connection.dead": 1,
      "dial.failed": 2,
      "global.opened": 2,
      "global.dropped": 1,
      "healthcheck.answered": 1
    }
  },
  journal: withoutJournal
}

describe("summary", () => {
  it("tells what happened in the run", () => {
    assert.deepStrictEqual(summary(report), [
      "The server said goodbye after 20.4 s.",
      "  Teams        12 at the end, 1 departed",
      "  Messages     3,412, of which 210 with props",
      "  Connections  23 opened, 9 dropped, 1 found dead, 2 dials failed",
      "  Global       1 reconnect, 1 healthcheck answered"
    ])
  })

  it("says whether all of it is in the state, where there is one, and how many teams the platform denies", () => {
    const of = (journal: RunReport["journal"]) =>
      summary({ ...report, census: { ...report.census, denied: 2 }, journal })
    assert.strictEqual(of(allWritten)[1], "  Teams        12 at the end, 2 of them denied by the platform, 1 departed")
    assert.strictEqual(of(allWritten)[5], "  State        all of it is written")
    assert.strictEqual(
      of(diskFull)[5],
      "  State        changes of 12 teams are not written, and lost: the log says why"
    )
  })

  it("names a signal, teams that failed at the end, and what is worth a look", () => {
    const lines = summary({
      ...report,
      endedBy: "SIGTERM",
      census: { ...report.census, connected: 10, failing: 2 },
      totals: {
        messages: 0,
        props: 0,
        incidents: { "frame.malformed.not-json": 1, "offer.refused": 2, "inbox.overflow": 1500 }
      }
    })
    assert.strictEqual(lines[0], "Stopped by SIGTERM after 20.4 s.")
    assert.strictEqual(lines[1], "  Teams        12 at the end, 2 of them failing, 1 departed")
    assert.strictEqual(lines[3], "  Connections  0 opened, 0 dropped, 0 found dead, 0 dials failed")
    assert.strictEqual(
      lines[5],
      "  Take a look  2 offers refused, 1 frame that was no JSON, 1,500 messages dropped before the bot"
    )
  })
})
