import { assert, describe, it } from "@effect/vitest"
import { Effect, Runtime } from "effect"
import { compare, demandAgreement } from "../../../src/cli/demo/tally.ts"
import { tallyTable } from "../../../src/cli/demo/tallyTable.ts"
import type { TeamView } from "../../../src/rehearsal/RehearsalState.ts"
import type { TeamHealth } from "../../../src/wire/GlobalApi.ts"
import type { TeamId } from "../../../src/wire/TeamId.ts"
import { plainLines } from "../terminal/fakeScreen.ts"

/** What a server knows of teams: each with its open sockets, and what was said to it. */
const server = (known: ReadonlyArray<readonly [id: TeamId, openSockets: number, messages: number, props: number]>) => {
  const view = (id: TeamId, openSockets: number, messages: number, props: number): TeamView => ({
    id,
    host: "rehearsal.test",
    present: openSockets > 0,
    said: { messages, props },
    delivered: { messages: 0, props: 0 },
    openSockets,
    maxOpenSockets: 1,
    opens: 1,
    asks: 1,
    foiled: 0,
    dialsWhenAbsent: 0,
    pings: 0,
    pingIds: [],
    protocolPings: 0,
    malformed: [],
    closeCodes: []
  })
  const teams = new Map(known.map(([id, ...rest]) => [id, view(id, ...rest)]))
  return { teams, team: (id: TeamId) => teams.get(id) ?? view(id, 0, 0, 0) }
}

const health = (id: TeamId, connected: boolean, message_count: number, props_count: number): TeamHealth => ({
  id,
  connected,
  message_count,
  props_count
})

const truth = server([
  [10, 1, 1200, 100],
  [2, 1, 50, 5],
  ["ops", 0, 7, 0]
])
const told = [health(2, true, 50, 5), health(10, true, 1200, 100), health("ops", false, 7, 0)]

/** The teams that the tallies differ about. */
const disagreeing = (answer: ReadonlyArray<TeamHealth>, state = truth) =>
  Effect.match(demandAgreement(compare(state, answer)), { onSuccess: () => [], onFailure: ({ teams }) => teams })

describe("the tallies", () => {
  it.effect("agree where server and fleet know the same of every team", () =>
    Effect.map(disagreeing(told), (teams) => {
      assert.deepStrictEqual(teams, [])
      assert.deepStrictEqual(
        compare(truth, told).map(({ id }) => id),
        [2, 10, "ops"]
      )
    })
  )

  it.effect("agree about no teams at all", () =>
    Effect.map(disagreeing([], server([])), (teams) => assert.deepStrictEqual(teams, []))
  )

  const [two, ten, ops] = told as [TeamHealth, TeamHealth, TeamHealth]
  const wrong: ReadonlyArray<readonly [what: string, answer: ReadonlyArray<TeamHealth>, id: TeamId]> = [
    ["a message was lost", [{ ...two, message_count: 49 }, ten, ops], 2],
    ["a message was counted twice", [{ ...two, message_count: 51 }, ten, ops], 2],
    ["props were miscounted", [two, { ...ten, props_count: 99 }, ops], 10],
    ["a connection is claimed that is not there", [two, ten, { ...ops, connected: true }], "ops"],
    ["a connection is denied that is there", [{ ...two, connected: false }, ten, ops], 2],
    ["a team is left out", [two, ten], "ops"],
    ["a team is made up", [...told, health(99, false, 0, 0)], 99],
    ["a team is told twice", [...told, two], 2],
    [`1 is not "1"`, [two, ten, ops, health("2", false, 0, 0)], "2"]
  ]
  for (const [what, answer, id] of wrong) {
    it.effect(`differ where ${what}`, () =>
      Effect.map(disagreeing(answer), (teams) => assert.deepStrictEqual(teams, [id]))
    )
  }

  it.effect("that differ end the demo with one line and exit code 1", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(demandAgreement(compare(truth, [two, { ...ten, props_count: 0 }])))
      assert.strictEqual(error.message, "server and fleet disagree about 2 teams: 10, ops")
      assert.strictEqual(Runtime.getErrorExitCode(error), 1)
    })
  )

  it("stand side by side in a table, with a line of sums", () => {
    assert.deepStrictEqual(
      plainLines(tallyTable(compare(truth, [{ ...two, message_count: 49 }, ten, { ...ops, connected: true }]))),
      [
        "team  connected     messages sent  counted  props sent  counted  ok",
        "────  ────────────  ─────────────  ───────  ──────────  ───────  ───",
        "   2  yes                      50       49           5        5  ✗",
        "  10  yes                   1,200    1,200         100      100  ✓",
        " ops  no, told yes              7        7           0        0  ✗",
        " all  2 of 3                1,257    1,256         105      105  ✗ 2"
      ]
    )
  })
})
