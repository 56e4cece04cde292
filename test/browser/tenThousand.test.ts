import { assert, describe, it } from "@effect/vitest"
import { Cut, layerServer, Rehearsal } from "botswain/rehearsal"
import { Clock, Effect, Schedule } from "effect"
import { spawnCli } from "../cli/spawnCli.ts"
import { openPage } from "./chromium.ts"
import { seenOfCells, watchCells } from "./watchCells.ts"

const teams = 10_000
const cuts = 500
/** Cuts at one time. */
const lot = 25
/** One of each lot is followed to its cell on the page. */
const followed = Array.from({ length: cuts / lot }, (_, index) => index * lot + 1)

const settings = ["--dial-rate", "1500", "--backoff-base", "2 seconds", "--backoff-cap", "4 seconds"].concat([
  "--ping-interval",
  "1 minute"
])

const shows = (count: number) => `[data-testid=connected]:text-is("${count.toLocaleString("en-US")}")`

describe("the deck of ten thousand teams", () => {
  it.live("shows each cut within a second, stays responsive in a storm, and shows that all are back", () =>
    Effect.gen(function* () {
      // In two processes, so that neither has more sockets than a process may usually have.
      const server = yield* Rehearsal
      const cli = yield* spawnCli(["run", "--url", server.globalUrl, "--admin", "127.0.0.1:0", ...settings])
      const [, origin = ""] = yield* cli.printed(/"address":"(http:\/\/127\.0\.0\.1:\d+)"/)
      for (let id = 0; id < teams; id++) yield* server.join(id)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === teams)
      const { complaints, on } = yield* openPage()
      yield* on((page) => page.goto(origin))
      yield* on((page) => page.waitForSelector(shows(teams)))
      yield* on((page) => watchCells(page, teams, followed))

      // None comes back before it was seen to go.
      yield* server.refuseDials()
      const cutAt = new Map<number, number>()
      for (let id = 0; id < cuts; id++) {
        cutAt.set(id, yield* Clock.currentTimeMillis)
        yield* server.cut(id, Cut.End())
        // Over two seconds, so that some come right after what the page is told, and some right before.
        if (id % lot === lot - 1) yield* Effect.sleep(100)
      }
      const { changed } = yield* Effect.repeat(on(seenOfCells), {
        schedule: Schedule.spaced(50),
        until: (seen) => seen.changed.every((at) => at > 0)
      }).pipe(Effect.timeout("10 seconds"))
      const took = followed.map((id, index) => (changed[index] ?? 0) - (cutAt.get(id) ?? 0))
      assert.isAbove(Math.min(...took), 0)
      assert.isBelow(Math.max(...took), 1_000, `from the cut to the cell, in milliseconds: ${took.join(", ")}`)

      yield* on((page) => page.waitForSelector(shows(teams - cuts)))
      yield* server.acceptDials
      yield* on((page) => page.waitForSelector(shows(teams), { timeout: 40_000 }))
      const { longestFrame } = yield* on(seenOfCells)
      assert.isBelow(longestFrame, 500)
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )
})
