import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Answer, Rehearsal } from "botswain/rehearsal"
import { Duration, Effect, Queue } from "effect"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { spawnCli } from "../cli/spawnCli.ts"
import { wsServer } from "../e2e/socket.servers.ts"
import { testNames } from "./preload.ts"

const dead = Array.from({ length: 60 }, (_, n) => n)

/** Runs the fleet by a name of the rehearsal server's. */
const startWith = Effect.fnUntraced(function* (...flags: ReadonlyArray<string>) {
  const server = yield* Rehearsal
  const url = server.globalUrl.replace("127.0.0.1", "global.ok.test")
  const cli = yield* spawnCli(["run", "--url", url, "--admin", "off", ...flags], yield* testNames)
  yield* server.awaitState(({ global }) => global.openSockets === 1)
  return { cli, server }
})
const start = startWith()

/** A bot that asks for more dead names at once than the process may look up. */
const bot = fileURLToPath(new URL("bot.ts", import.meta.url))

/** Offers a team this URL, and no other. */
const joinAt = Effect.fnUntraced(function* (team: string, url: string) {
  const server = yield* Rehearsal
  yield* server.answerAsks(Answer.Url({ url }), { team })
  yield* server.join(team)
})

describe("botswain run, while 60 names are dead", () => {
  it.live("brings healthy teams up, and Global back, within three seconds", () =>
    Effect.gen(function* () {
      const { cli, server } = yield* start
      const teams = yield* wsServer
      yield* joinAt("known", `ws://known.ok.test:${teams.port}/known`)
      const known = yield* Queue.take(teams.accepted)
      yield* Effect.forEach(dead, (n) => joinAt(`d${n}`, `ws://d${n}.dead.test:${teams.port}/`))
      yield* Effect.forEach(dead, (n) => cli.printed(new RegExp(`looks up d${n}\\.dead\\.test`)))
      yield* joinAt("fresh", `ws://fresh.ok.test:${teams.port}/fresh`)
      yield* Effect.timeout(Queue.take(teams.accepted), "3 seconds")
      known.ws.terminate()
      yield* Effect.timeout(Queue.take(teams.accepted), "3 seconds")
      yield* server.cutGlobal()
      yield* server.awaitState(({ global }) => global.opens === 2).pipe(Effect.timeout("3 seconds"))
    }).pipe(Effect.provide(layerServer()))
  )
})

describe("botswain run, while its bot asks for 200 dead names", () => {
  it.live("brings teams up within three seconds, and ends within the drain time", () =>
    Effect.gen(function* () {
      const { cli } = yield* startWith("--bot", bot, "--drain-timeout", "1 second")
      const teams = yield* wsServer
      yield* cli.printed(/looks up b7\.dead\.test/)
      yield* joinAt("fresh", `ws://fresh.ok.test:${teams.port}/fresh`)
      yield* Effect.timeout(Queue.take(teams.accepted), "3 seconds")
      assert.strictEqual(cli.stderr().match(/looks up b/g)?.length, 8)
      yield* cli.kill("SIGTERM")
      const { code, stdout } = yield* Effect.timeout(cli.ended, "4 seconds")
      assert.strictEqual(code, 0)
      assert.match(stdout, /^Stopped by SIGTERM/)
    }).pipe(Effect.provide(layerServer()))
  )
})

describe("a name with two addresses, of which one refuses", () => {
  it.live("is reached", () =>
    Effect.gen(function* () {
      yield* start
      const teams = yield* wsServer
      yield* joinAt("two", `ws://t.two.test:${teams.port}/`)
      yield* Effect.timeout(Queue.take(teams.accepted), "3 seconds")
    }).pipe(Effect.provide(layerServer()))
  )
})

describe("one name of 400 ms", () => {
  it.live("is looked up once for 400 who ask, also with Node's own pool of four", () =>
    Effect.gen(function* () {
      const variables = yield* testNames
      const script = fileURLToPath(new URL("askers.ts", import.meta.url))
      const child = spawn(process.execPath, [script], {
        env: { ...process.env, ...variables, UV_THREADPOOL_SIZE: "4" },
        stdio: ["ignore", "pipe", "inherit"]
      })
      const { answers, load, took } = JSON.parse(yield* Effect.promise(() => text(child.stdout)))
      assert.deepStrictEqual(
        answers,
        Array.from({ length: 400 }, () => ["127.0.0.1"])
      )
      assert.isBelow(Duration.toMillis(took), 1000)
      assert.deepStrictEqual(load, { names: 1, waiting: 0, underWay: 0, hanging: 0 })
    })
  )
})
