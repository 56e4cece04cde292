import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Effect } from "effect"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { spawnCli } from "../cli/spawnCli.ts"
import { until } from "../support/adminFleet.ts"

const isolations = ["thread", "process"] as const
type Isolation = (typeof isolations)[number]

const teams = [1, 2, 3, "ops"] as const

/** A bot that does something bad, soon after a message says so. */
const badBot = (deed: string) => `
import { execFileSync } from "node:child_process"
import net from "node:net"
const held = []
const table = new Map()
const deed = () => { ${deed} }
console.log("a bot is loaded")
export default ({ text }) => {
  if (text === "now") setTimeout(deed, 20)
  if (text === "bad") throw new Error("a failure")
}
`

const isSocket = (link: string): boolean => {
  try {
    return readlinkSync(link).startsWith("socket:")
  } catch {
    return false
  }
}

const written = (source: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "botswain-bot-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
    ),
    (folder) => {
      const file = join(folder, "bot.mjs")
      writeFileSync(file, source)
      return file
    }
  )

/** A fleet with a bot, whose every team is connected. */
const fleetWith = Effect.fnUntraced(function* (source: string, isolation: Isolation, ...flags: ReadonlyArray<string>) {
  const server = yield* Rehearsal
  const bot = yield* written(source)
  const cli = yield* spawnCli(
    `run --url ${server.globalUrl} --bot ${bot} --bot-isolation ${isolation} --admin 127.0.0.1:0 --log-format logfmt`
      .split(" ")
      .concat(flags),
    { BOTSWAIN_DRAIN_TIMEOUT: "1 second" }
  )
  const [, origin = ""] = yield* cli.printed(/address=(http:\/\/127\.0\.0\.1:\d+)/)
  yield* Effect.forEach(teams, server.join)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === teams.length)

  let said = 0
  const say = (text: string) =>
    Effect.andThen(
      Effect.forEach(teams, (team) => server.say(team, text), { discard: true }),
      Effect.sync(() => (said += 1))
    )
  const get = (path: string) => Effect.promise(() => fetch(origin + path).then((response) => response.text()))
  const look = Effect.map(get("/api/fleet"), (text) => JSON.parse(text))

  /** No connection was lost, no message is missing from the counts, and every one is accounted for. */
  const isUnharmed = Effect.gen(function* () {
    yield* server.settle
    assert.deepStrictEqual(
      yield* server.healthcheck,
      teams.map((id) => ({ id, connected: true, message_count: said, props_count: 0 }))
    )
    const state = yield* server.state
    for (const id of teams) assert.strictEqual(state.team(id).opens, 1, `team ${id}`)
    const { bot: counts, totals } = yield* look
    assert.strictEqual(counts.offered, totals.messages)
    assert.strictEqual(counts.handled + counts.failed + counts.overflow + counts.lost + counts.held, counts.offered)
    assert.strictEqual(yield* get("/healthz"), "alive\n")
  })

  /** Ends it by SIGTERM, within the drain time: a second, one more for what cannot be ended, and what the process needs. */
  const ends = Effect.gen(function* () {
    yield* cli.kill("SIGTERM")
    const { code, stdout } = yield* Effect.timeout(cli.ended, "4 seconds")
    assert.strictEqual(code, 0, cli.stderr())
    return stdout
  })
  return { server, cli, say, get, look, isUnharmed, ends }
})

const onServer = <A, E>(test: Effect.Effect<A, E, Rehearsal>) => Effect.provide(test, layerServer())

const tooLarge = /used \d+ MiB of memory, and may use 64 MiB/

/** Deeds after which a bot has to be started again, and how that is told. */
const deeds: ReadonlyArray<readonly [what: string, deed: string, why: Readonly<Partial<Record<Isolation, RegExp>>>]> = [
  [
    "throws in a timer",
    `throw new Error("in a timer")`,
    { thread: /it threw: in a timer/, process: /it threw: in a timer/ }
  ],
  [
    "has a socket without an error listener",
    `net.connect(1, "127.0.0.1")`,
    { thread: /it threw: connect ECONNREFUSED/, process: /it threw: connect ECONNREFUSED/ }
  ],
  [
    "throws what is hardly an error, with nobody to catch it",
    `process.removeAllListeners("uncaughtException"); throw Object.assign(new Error("x"), { message: 5 })`,
    { thread: /it threw: 5/, process: /it exited with code 1/ }
  ],
  ["exits", "process.exit(7)", { thread: /it exited with code 7/, process: /it exited with code 7/ }],
  ["loops for ever", "for (;;);", { thread: /it did not answer for 10s/, process: /it did not answer for 10s/ }],
  [
    "floods the port that threads usually have",
    `const { parentPort } = process.getBuiltinModule("node:worker_threads")
     const flood = Array.from({ length: 10_000 }, (_, n) => ({ n }))
     for (;;) parentPort.postMessage(flood)`,
    { thread: /it did not answer for 10s/ }
  ],
  // Code of a bot, which keeps no rule of this house: random numbers are what a heap cannot share.
  [
    "leaks objects",
    "setInterval(() => { for (let n = 0; n < 50; n++) held.push(new Array(10_000).fill(Math.random())) }, 1)",
    { thread: /used \d+ MiB of memory|it ran out of memory/, process: /used \d+ MiB of memory|SIGABRT/ }
  ],
  [
    "leaks into a table, in a loop",
    "for (let n = 0; ; n++) table.set(n, { n })",
    { thread: tooLarge, process: /used \d+ MiB of memory, and may use 64 MiB|SIGABRT/ }
  ],
  [
    "leaks buffers, in a loop",
    "for (;;) held.push(Buffer.alloc(1 << 18, 1))",
    { thread: tooLarge, ...(process.platform === "linux" ? { process: tooLarge } : {}) }
  ],
  ["aborts", "process.abort()", { process: /it was ended by SIGABRT/ }],
  ["kills itself", `process.kill(process.pid, "SIGKILL")`, { process: /it was ended by SIGKILL/ }]
]

describe.runIf(process.platform === "linux")("a bot in a process of its own, as the system sees it,", () => {
  it.live("that leaves children behind, which hold its output, keeps no socket", () =>
    Effect.gen(function* () {
      const child = `
        process.getBuiltinModule("node:child_process")
          .spawn("sh", ["-c", "echo a child is there; exec sleep 20"], { stdio: "inherit", detached: true }).unref()
        setTimeout(() => { throw new Error("gone") }, 200)`
      const { cli, ends, look, say } = yield* fleetWith(badBot(child), "process")
      /** Its sockets, to the bot and to others. */
      const sockets = Effect.sync(
        () => readdirSync(`/proc/${cli.pid}/fd`).filter((fd) => isSocket(`/proc/${cli.pid}/fd/${fd}`)).length
      )
      yield* look
      const before = yield* sockets
      yield* say("now")
      yield* cli.printed(/a child is there/)
      yield* until(look, ({ bot }) => bot.state === "up" && bot.restarts === 1)
      assert.strictEqual(yield* sockets, before)
      yield* ends
    }).pipe(Effect.scoped, onServer)
  )
})

describe.each(isolations)("a bot in a %s of its own", (isolation) => {
  for (const [what, deed, { [isolation]: why }] of deeds) {
    if (why === undefined) continue
    it.live(`that ${what} is started again, and changes nothing for the fleet`, () =>
      Effect.gen(function* () {
        const { cli, ends, isUnharmed, look, say } = yield* fleetWith(badBot(deed), isolation, "--bot-memory", "64 MiB")
        yield* say("good")
        yield* say("bad")
        yield* until(look, ({ bot }) => bot.handled === teams.length && bot.failed === teams.length)
        yield* say("now")
        const [line = ""] = yield* cli.printed(/.*the bot has ended, and is started again.*/)
        assert.match(line, why)
        yield* say("meanwhile")
        yield* isUnharmed
        yield* until(look, ({ bot }) => bot.state === "up" && bot.restarts === 1)
        yield* say("again")
        yield* until(look, ({ bot }) => bot.held === 0)
        yield* isUnharmed
        assert.include(yield* ends, "1 restart of the bot")
      }).pipe(Effect.scoped, onServer)
    )
  }

  it.live("for which there is no descriptor is told of as one that could not be started", () =>
    Effect.gen(function* () {
      const bin = fileURLToPath(new URL("../bots/withoutDescriptors.ts", import.meta.url))
      const { ended } = yield* spawnCli([isolation], {}, { bin, openFiles: 64 })
      const { code, stderr, stdout } = yield* ended
      assert.strictEqual(code, 0, stderr)
      assert.match(stdout, /^it could not be started: .*EMFILE$/m)
    }).pipe(Effect.scoped)
  )

  it.live("that makes much garbage is left alone", () =>
    Effect.gen(function* () {
      const churn = `
        let n = 0
        setInterval(() => {
          for (let k = 0; k < 4; k++) Buffer.alloc(1 << 18, 1)
          for (let k = 0; k < 40; k++) held[n++ % 200] = Array.from({ length: 2000 }, (_, i) => ({ i, text: "x" + i }))
        }, 1)`
      const { cli, ends, isUnharmed, look, say } = yield* fleetWith(badBot(churn), isolation, "--bot-memory", "128 MiB")
      yield* say("now")
      // Time for some hundred collections: there is no state to wait for where nothing is to happen.
      yield* Effect.sleep("3 seconds")
      yield* say("more")
      yield* until(look, ({ bot }) => bot.held === 0)
      yield* isUnharmed
      assert.strictEqual((yield* look).bot.restarts, 0, cli.stderr())
      yield* ends
    }).pipe(Effect.scoped, onServer)
  )

  it.live("that waits in a system call is started again, and holds up no end", () =>
    Effect.gen(function* () {
      const { cli, ends, isUnharmed, look, say } = yield* fleetWith(
        badBot(`execFileSync(process.execPath, ["-e", "setTimeout(() => {}, 30_000)"])`),
        isolation
      )
      yield* say("now")
      yield* cli.printed(/the bot has ended.*it did not answer for 10s/)
      yield* isUnharmed
      yield* until(look, ({ bot }) => bot.state === "up")
      yield* say("again")
      yield* until(look, ({ bot }) => bot.held === 0)
      yield* ends
    }).pipe(Effect.scoped, onServer)
  )

  it.live("that damages what all code uses changes nothing for the fleet", () =>
    Effect.gen(function* () {
      const { ends, isUnharmed, say } = yield* fleetWith(
        badBot(
          `Array.prototype.push = Map.prototype.get = Array.prototype.shift = () => { throw new Error("damaged") }`
        ),
        isolation
      )
      yield* say("now")
      yield* Effect.sleep("200 millis")
      for (let n = 0; n < 10; n++) yield* say("more")
      yield* isUnharmed
      yield* ends
    }).pipe(Effect.scoped, onServer)
  )

  it.live("that prints without end is heard in part, and the rest is counted", () =>
    Effect.gen(function* () {
      const print = `setInterval(() => { for (let n = 0; n < 1000; n++) console.log("x".repeat(100)) }, 1)`
      const { cli, ends, isUnharmed, say } = yield* fleetWith(badBot(print), isolation)
      yield* say("now")
      yield* cli.printed(/\d+ lines of the bot were left out/)
      yield* say("more")
      yield* isUnharmed
      yield* ends
    }).pipe(Effect.scoped, onServer)
  )

  it.live(
    "whose promises never end loses its messages at the end, and holds that up no longer than the drain time",
    () =>
      Effect.gen(function* () {
        const { ends, isUnharmed, look, say } = yield* fleetWith(
          "export default () => new Promise(() => {})",
          isolation
        )
        for (let n = 0; n < 100; n++) yield* say("x")
        yield* until(look, ({ bot }) => bot.overflow > 0)
        yield* isUnharmed
        const { bot } = yield* look
        assert.include(yield* ends, `${bot.held} messages lost with the bot`)
      }).pipe(Effect.scoped, onServer)
  )

  it.live("is waited for at the end, until it has handled all that it was given", () =>
    Effect.gen(function* () {
      const slow = `export default ({ text }) => new Promise((done) => setTimeout(() => { console.log("handled", text); done() }, 300))`
      const { cli, ends, look, say } = yield* fleetWith(slow, isolation, "--drain-timeout", "5 seconds")
      yield* say("one")
      yield* say("two")
      yield* until(look, ({ bot }) => bot.held > 0)
      const output = (yield* ends) + cli.stderr()
      assert.strictEqual(output.match(/handled two/g)?.length, teams.length, output)
      assert.notMatch(output, /lost with the bot|not done/)
    }).pipe(Effect.scoped, onServer)
  )

  it.live("whose Layer cannot be closed does not hold up the end", () =>
    Effect.gen(function* () {
      const layered = `
        import { Bot } from "botswain"
        import { Effect, Layer } from "effect"
        export default Layer.merge(
          Bot.layer(({ text }) => Effect.logInfo("heard " + text)),
          Layer.effectDiscard(Effect.addFinalizer(() => Effect.die("it cannot be closed")))
        )`
      const { cli, ends, say } = yield* fleetWith(layered, isolation, "--drain-timeout", "1 minute")
      yield* say("hello")
      yield* cli.printed(/heard hello/)
      assert.notInclude(yield* ends, "lost")
    }).pipe(Effect.scoped, onServer)
  )

  it.live("finds effect and botswain where its folder has neither", () =>
    Effect.gen(function* () {
      const layered = `
        import { Bot } from "botswain"
        import { Rehearsal } from "botswain/rehearsal"
        import { Effect } from "effect"
        export default Bot.layer(({ text }) => Effect.logInfo("heard " + text + " by " + Rehearsal.key))`
      const { cli, ends, say } = yield* fleetWith(layered, isolation)
      yield* say("hello")
      yield* cli.printed(/heard hello by botswain\/rehearsal\/Rehearsal/)
      yield* ends
    }).pipe(Effect.scoped, onServer)
  )

  const unloaded: ReadonlyArray<readonly [what: string, source: string, line: RegExp]> = [
    ["exits", "process.exit(3)", /it cannot be loaded: it exited with code 3\n$/],
    ["throws", `throw new Error("no token")`, /it cannot be loaded: no token\n$/],
    ["loops", "for (;;);", /it cannot be loaded: it did not answer for 10s: .*\n$/]
  ]
  for (const [what, source, line] of unloaded) {
    it.live(`that ${what} while it is loaded is told of in one line, and nothing is dialled`, () =>
      Effect.gen(function* () {
        const server = yield* Rehearsal
        const bot = yield* written(source)
        const flags = ["--bot", bot, "--bot-isolation", isolation]
        const cli = yield* spawnCli(["run", "--url", server.globalUrl, ...flags])
        const { code, stderr, stdout } = yield* cli.ended
        assert.match(stderr, /^botswain: --bot .*\n$/)
        assert.match(stderr, line)
        assert.deepStrictEqual([code, stdout], [1, ""])
        assert.strictEqual((yield* server.state).dials.total, 0)
      }).pipe(Effect.scoped, onServer)
    )
  }

  it.live("that loops while it is loaded does not keep a signal from ending the start", () =>
    Effect.gen(function* () {
      const bot = yield* written("for (;;);")
      const flags = ["--bot", bot, "--bot-isolation", isolation]
      const cli = yield* spawnCli(["run", "--url", "ws://127.0.0.1:1/global", ...flags])
      yield* Effect.sleep("1 second")
      yield* cli.kill("SIGTERM")
      const { code } = yield* Effect.timeout(cli.ended, "4 seconds")
      assert.strictEqual(code, 143)
    }).pipe(Effect.scoped)
  )
})

describe("a bot in a process of its own", () => {
  const tellsPid = (deed: string) => `console.log("bot " + process.pid + " is here"); ${deed}`
  const isAlive = (pid: number) =>
    Effect.sync(() => {
      try {
        return process.kill(pid, 0)
      } catch {
        return false
      }
    })

  it.live("leaves signals to its fleet, which ends it once it is done", () =>
    Effect.gen(function* () {
      const bot = tellsPid("export default ({ text }) => { console.log('heard', text) }")
      const { cli, ends, look, say } = yield* fleetWith(bot, "process")
      const [, pid] = yield* cli.printed(/bot (\d+) is here/)
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(Number(pid), signal)
      yield* say("hello")
      yield* cli.printed(/heard hello/)
      assert.strictEqual((yield* look).bot.restarts, 0)
      yield* ends
      assert.isFalse(yield* isAlive(Number(pid)))
    }).pipe(Effect.scoped, onServer)
  )

  for (const [what, deed] of [
    ["loops", "export default () => { for (;;); }"],
    ["waits", "export default () => {}"]
  ] as const) {
    it.live(`that ${what} does not outlive a fleet that is killed`, () =>
      Effect.gen(function* () {
        const { cli, say } = yield* fleetWith(tellsPid(deed), "process")
        const [, pid] = yield* cli.printed(/bot (\d+) is here/)
        yield* say("hello")
        yield* Effect.sleep("200 millis")
        yield* cli.kill("SIGKILL")
        yield* until(isAlive(Number(pid)), (alive) => !alive)
      }).pipe(Effect.scoped, onServer)
    )
  }
})
