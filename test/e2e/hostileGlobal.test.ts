import { assert, describe, it } from "@effect/vitest"
import { Answer, Rehearsal } from "botswain/rehearsal"
import { Effect, Queue, Schedule } from "effect"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { parsePrometheus, valueOf } from "../support/prometheus.ts"
import { wsServer } from "./socket.servers.ts"

/** Starts the product on a server, and gives what its metrics say. */
const startedAt = (url: string, ...flags: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const cli = yield* spawnCli(["run", "--url", url, "--admin", "127.0.0.1:0", ...flags])
    const [, origin = ""] = yield* cli.printed(/"address":"(http:\/\/127\.0\.0\.1:\d+)"/)
    const metric = (name: string, labels: Record<string, string> = {}) =>
      Effect.promise(async () =>
        valueOf(parsePrometheus(await (await fetch(`${origin}/metrics`)).text()), name, labels)
      )
    return { cli, metric, origin }
  })

const started = (...flags: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const server = yield* Rehearsal
    const { cli, metric, origin } = yield* startedAt(server.globalUrl, ...flags)
    yield* server.awaitState(({ global }) => global.openSockets === 1)
    return { server, cli, metric, origin }
  })

describe("a Global that says what it should not", () => {
  it.live("is refused, told and counted for forbidden addresses and ids that are too long, and the rest goes on", () =>
    Effect.gen(function* () {
      const { cli, metric, server } = yield* started()
      yield* server.sendRaw("global", JSON.stringify({ type: "team.join", team_id: "x".repeat(900_000) }))
      yield* cli.printed(/a frame was malformed[^\n]*at most 1024 at \[\\"team_id\\"\]/)
      for (const host of ["169.254.169.254", "168.63.129.16", "192.0.2.1", "10.0.0.1"]) {
        yield* server.answerAsks(Answer.Url({ url: `ws://${host}/hunter2` }), { team: host })
        yield* server.join(host)
        yield* cli.printed(new RegExp(`offer refused: ${host} is a `))
      }
      yield* server.join(1)
      yield* server.awaitState(({ team }) => team(1).openSockets === 1)
      assert.strictEqual(yield* metric("botswain_frames_total", { outcome: "bad-fields" }), 1)
      assert.isAtLeast((yield* metric("botswain_attempts_failed_total", { step: "offer" })) ?? 0, 4)
      assert.notInclude(cli.stderr(), "hunter2")
      assert.notInclude(cli.stderr(), "xxxxx")
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )

  it.live(
    "is refused what is beyond --max-teams, and that is told while the fleet is full, logged once and counted",
    () =>
      Effect.gen(function* () {
        const { cli, metric, origin, server } = yield* started("--max-teams", "10")
        for (let id = 0; id < 1_000; id++) yield* server.join(id)
        yield* cli.printed(/a join was refused: as many teams are kept as --max-teams allows/)
        yield* server.awaitState(({ connectedTeams }) => connectedTeams === 10)
        const answer = yield* server.healthcheck
        assert.strictEqual(answer.length, 10)
        assert.strictEqual(yield* metric("botswain_joins_refused_total"), 990)
        assert.strictEqual(Array.from(cli.stderr().matchAll(/a join was refused/g)).length, 1)
        const ready = Effect.promise(async () => {
          const response = await fetch(`${origin}/readyz`)
          return { status: response.status, text: await response.text() }
        })
        const told = /the fleet is full: --max-teams allows 10, and 990 joins were refused in this run\. Raise it/
        const { status, text } = yield* ready
        assert.strictEqual(status, 200)
        assert.match(text, told)
        assert.match((yield* runCli(["status", "--admin", new URL(origin).host])).stdout, told)
        yield* server.leave(0)
        yield* Effect.repeat(ready, { until: ({ text }) => !told.test(text), schedule: Schedule.spaced(50) })
      }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )

  for (const [what, flags, ending] of [
    ["does not take an answer within the pong timeout", ["--pong-timeout", "1 second"], undefined],
    [
      "leaves more unread than --max-unsent allows",
      ["--max-unsent", "64 KiB"],
      JSON.stringify({ type: "team.join", team_id: 1 })
    ]
  ] as const) {
    it.live(`is dropped where it asks for healthchecks and ${what}, told and counted, and is dialled again`, () =>
      Effect.gen(function* () {
        const platform = yield* wsServer
        const { cli, metric } = yield* startedAt(`ws://127.0.0.1:${platform.port}/`, ...flags)
        const global = yield* Queue.take(platform.accepted)
        // 300 KB an answer: a hundred of them are more than the kernel keeps for both of us.
        for (let id = 0; id < 300; id++)
          global.ws.send(JSON.stringify({ type: "team.join", team_id: `${id}`.padEnd(1000, "x") }))
        global.ws.pause()
        for (let asks = 0; asks < 100; asks++) global.ws.send(JSON.stringify({ type: "healthcheck" }))
        const more = Effect.sync(() => ending !== undefined && global.ws.send(ending))
        yield* Effect.forkChild(Effect.forever(Effect.andThen(more, Effect.sleep(50))))
        yield* cli.printed(/the Global connection is down[^\n]*closed by us with 1006: it does not read what is sent/)
        assert.strictEqual(yield* metric("botswain_violations_total", { rule: "unread" }), 1)
        assert.strictEqual(yield* metric("botswain_global_drops_total"), 1)
        yield* Queue.take(platform.accepted)
      }).pipe(Effect.scoped)
    )
  }

  it.live("is told of where it refuses answers to its own healthchecks for their size, until it takes one again", () =>
    Effect.gen(function* () {
      const { cli, metric, origin, server } = yield* started("--remember-departed", "0")
      const ready = Effect.promise(async () => (await fetch(`${origin}/readyz`)).text())
      for (let id = 0; id < 20; id++) yield* server.join(id)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 20)
      yield* server.askHealth
      const told = /the server refuses answers to healthchecks of (1\d{3}) characters \(1009\)/
      yield* cli.printed(told)
      yield* server.awaitState(({ global }) => global.openSockets === 1 && global.opens === 2)
      assert.match(yield* ready, told)
      assert.match((yield* runCli(["status", "--admin", new URL(origin).host])).stdout, told)
      assert.strictEqual(yield* metric("botswain_healthchecks_refused_total"), 1)
      // With fewer teams the answer is small enough; that it was taken shows when the next is asked for.
      for (let id = 0; id < 20; id++) yield* server.leave(id)
      yield* Effect.andThen(Effect.ignore(server.healthcheck), ready).pipe(
        Effect.repeat({ until: (text) => !told.test(text), schedule: Schedule.spaced(50) })
      )
    }).pipe(Effect.scoped, Effect.provide(layerServer({ maxFrame: 1000 })))
  )
})
