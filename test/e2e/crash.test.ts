import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Account } from "../crash/Account.ts"
import { crash, platform, report } from "../crash/crash.ts"
import { type StoreName, stores } from "../crash/stores.ts"

/** Milliseconds from the last flush to a kill, at most: the counters are written each second, and a busy machine takes a while. */
const lastFlush = 2_000

describe("a fleet of 200 teams that is killed with SIGKILL again and again", () => {
  for (const store of Object.keys(stores) as ReadonlyArray<StoreName>) {
    it.live(
      `loses no team on ${store}, and no more of its counts than those of the last flush interval`,
      () =>
        Effect.gen(function* () {
          const { harm, state } = yield* stores[store]
          const figures = yield* crash(state, 6, () => {}, harm)
          assert.deepStrictEqual(figures.account.problems, [], report(figures).join("\n"))
          assert.isAbove(figures.account.sent, 0)
          assert.isAtMost(figures.account.oldestLoss, lastFlush)
        }).pipe(Effect.scoped, Effect.provide(platform)),
      120_000
    )
  }
})

describe("what the fleet is held to", () => {
  const health = (id: number, count: number, props = count) => ({
    id,
    connected: true,
    message_count: count,
    props_count: props
  })

  const problemsOf = (...answers: ReadonlyArray<ReadonlyArray<ReturnType<typeof health>>>) => {
    const account = new Account()
    account.asked(1)
    for (let n = 0; n < 5; n++) account.said(1, n)
    for (const answer of answers) account.begun(answer)
    return account.problems
  }

  it("is each team that was asked for, and counts between what was told and what was sent", () => {
    assert.deepStrictEqual(problemsOf([health(1, 3)], [health(1, 5)]), [])
    assert.deepStrictEqual(problemsOf([]), ["team 1 is lost"])
    assert.deepStrictEqual(problemsOf([health(1, 3)], [health(1, 2)]), [
      "team 1 was told with 3 messages, and now with 2"
    ])
    assert.deepStrictEqual(problemsOf([health(1, 6)]), ["team 1 has 6 messages, and 5 were sent"])
    assert.deepStrictEqual(problemsOf([health(1, 3, 2)]), ["team 1 has 3 messages with 2 props: that is torn"])
  })

  it("but not by a store that has kept an ask waiting for two seconds, or has told that it cannot be written", () => {
    const slow = new Account()
    slow.asked(1, 2_000)
    slow.begun([])
    assert.deepStrictEqual([slow.problems, slow.slowestAsk], [[], 2_000])
    const broken = new Account()
    broken.asked(1)
    broken.begun([health(1, 0)])
    broken.asked(2)
    broken.troubled()
    broken.begun([health(1, 0)])
    assert.deepStrictEqual(broken.problems, [])
    broken.begun([])
    assert.deepStrictEqual(broken.problems, ["team 1 is lost"])
  })

  it("and how long before the kill the oldest message was sent that is lost", () => {
    const account = new Account()
    account.asked(1)
    for (const at of [100, 200, 900]) account.said(1, at)
    account.killed(1_000)
    account.begun([health(1, 1)])
    assert.deepInclude({ lost: account.lost, oldestLoss: account.oldestLoss }, { lost: 2, oldestLoss: 800 })
  })
})

describe("npm run crash", () => {
  const run = (...args: ReadonlyArray<string>) =>
    spawnSync(process.execPath, [fileURLToPath(new URL("../crash/main.ts", import.meta.url)), ...args], {
      encoding: "utf8"
    })

  it("tells its figures, and ends well where nothing is lost", () => {
    const { status, stderr, stdout } = run("--kills", "1")
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" }, stdout)
    assert.match(stdout, /^1 kills, 1 of them of a fleet that talked$/m)
    assert.match(stdout, /^no team lost, /m)
  })

  it("refuses what it does not know with one line", () => {
    assert.deepInclude(run("--store", "paper"), {
      status: 1,
      stdout: "",
      stderr: "crash: --store is one of sqlite, postgres\n"
    })
    assert.deepInclude(run("--kills", "0"), {
      status: 1,
      stderr: "crash: --kills is a whole number from 1 to 99999\n"
    })
    assert.strictEqual(run("--speed", "9").status, 1)
  })
})
