import { assert, describe, it } from "@effect/vitest"
import { statusLines } from "../../../src/cli/client/statusLines.ts"
import { plainLines } from "../terminal/fakeScreen.ts"
import { statusAt } from "./status.ts"

describe("the lines of a status", () => {
  it("say how many are up, since when, and what is being done", () => {
    assert.deepStrictEqual(plainLines(statusLines(statusAt(90_000, 5_000))), [
      "● Global up · 1,200 of 1,200 teams connected · ready",
      "  server       ws://127.0.0.1:8080, for 1 min 25 s, by botswain 1.2.3",
      "  not up       0 connecting, 0 retrying, 0 in the slow lane",
      "  dials        1 in flight, 2 waiting; 0 asks waiting",
      "  connections  1,234 opened, 34 lost, 4 of them dead",
      "  messages     90,000, of which 7 with props"
    ])
  })

  it("say for want of what on the fleet's own machine teams wait", () => {
    const { fleet, trouble } = statusAt(90_000, 5_000)
    const shortage = "out of file descriptors: 120 allowed, 97 team connections open, 203 teams wait"
    assert.strictEqual(plainLines(statusLines({ fleet: { ...fleet, shortage }, trouble }))[1], `  ${shortage}`)
  })

  it("say that the server refuses the answers to its healthchecks", () => {
    const { fleet, trouble } = statusAt(90_000, 5_000)
    const refusal = "the server refuses answers to healthchecks of 2000 characters (1009)"
    assert.strictEqual(plainLines(statusLines({ fleet: { ...fleet, refusal }, trouble }))[1], `  ${refusal}`)
  })

  it("say that joins are refused since the fleet is full", () => {
    const { fleet, trouble } = statusAt(90_000, 5_000)
    const full = "the fleet is full: --max-teams allows 1200, and 7 joins were refused in this run"
    assert.strictEqual(plainLines(statusLines({ fleet: { ...fleet, full }, trouble }))[1], `  ${full}`)
  })

  it("say what is unconfirmed and denied, and how the state is", () => {
    const { fleet, trouble } = statusAt(90_000, 5_000)
    const teams = { ...fleet.teams, connected: 1_198, unconfirmed: 7, denied: 2 }
    const state = { kind: "sqlite" as const, reason: null, trouble: null, unwritten: 0, flushedAt: 89_500 }
    const lines = plainLines(statusLines({ fleet: { ...fleet, teams, state }, trouble }))
    assert.strictEqual(lines[3], "  unconfirmed  7, of which the platform denies 2")
    assert.strictEqual(lines.at(-1), "  state        SQLite, all written 500 ms ago")
  })

  it("say why the state is not written, and of how many teams", () => {
    const { fleet, trouble } = statusAt(90_000, 5_000)
    const line = "the state cannot be written (full: there is no room on the disk): 12 teams have changes"
    const state = {
      kind: "postgres" as const,
      reason: "full" as const,
      trouble: line,
      unwritten: 12,
      flushedAt: 30_000
    }
    const lines = plainLines(statusLines({ fleet: { ...fleet, state }, trouble }))
    assert.strictEqual(lines[1], `  ${line}`)
    assert.strictEqual(lines.at(-1), "  state        PostgreSQL, all written 1 min 0 s ago; 12 teams not")
  })

  it("say what became of the bot's messages, and why it is down", () => {
    const { fleet, trouble } = statusAt(90_000, 5_000)
    const bot = {
      state: "down" as const,
      since: 0,
      restarts: 1,
      offered: 1_010,
      handled: 1_000,
      failed: 1,
      overflow: 2,
      lost: 3,
      held: 4,
      trouble: "the bot is down: it exited with code 7"
    }
    const lines = plainLines(statusLines({ fleet: { ...fleet, bot }, trouble }))
    assert.strictEqual(lines[1], "  the bot is down: it exited with code 7")
    assert.strictEqual(lines[7], "  bot          1,000 handled, 1 failed, 2 dropped, 3 lost, 4 held; 1 restart")
  })

  it("name the failing, with why and when they are tried again, and count those that are left out", () => {
    const { fleet, trouble } = statusAt(90_000, 5_000, 1)
    assert.deepStrictEqual(plainLines(statusLines({ fleet, trouble: { ...trouble, matched: 1_001 } })).slice(6), [
      "",
      "team  failures  next try  why",
      "────  ────────  ────────  ───",
      " ops        12  in 7.0 s  503",
      "and 1,000 more"
    ])
  })

  it("say plainly that Global is down, and why, and the fleet not ready", () => {
    const { fleet, trouble } = statusAt(90_000, 5_000)
    const down = { ...fleet, ready: false, global: { up: false, since: null, reason: "proxy: ECONNREFUSED" } }
    assert.strictEqual(
      plainLines(statusLines({ fleet: down, trouble }))[0],
      "○ Global down: proxy: ECONNREFUSED · 1,200 of 1,200 teams connected · not ready"
    )
  })
})
