import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Places } from "../../src/cli/output/reopen.ts"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { spawnCli } from "../cli/spawnCli.ts"
import { commands, hostileTexts } from "../support/hostileTexts.ts"
import { loudProcess } from "../support/loudProcess.ts"
import { keys, onTerminal, type Terminal } from "./onTerminal.ts"

const bin = "src/bin.ts"

/** Runs a fleet of one team on a terminal, by itself or through npm. */
const fleetOn = Effect.fnUntraced(function* (way: "bin" | "npm", nodeOptions: ReadonlyArray<string> = []) {
  const server = yield* Rehearsal
  const run = ["run", "--url", server.globalUrl, "--admin", "off"]
  const terminal = yield* way === "bin"
    ? onTerminal(process.execPath, [...nodeOptions, bin, ...run])
    : onTerminal("npm", ["start", "--", ...run])
  yield* server.join(1)
  yield* terminal.shows(/1\/1 teams connected/)
  return { server, terminal }
})

/** Types Ctrl-S, and waits until the terminal shows nothing any more. */
const hold = Effect.fnUntraced(function* (terminal: Terminal) {
  yield* terminal.type(keys.hold)
  let before = ""
  while (before !== terminal.shown()) {
    before = terminal.shown()
    yield* Effect.sleep("700 millis")
  }
})

const closedInPeace = Effect.gen(function* () {
  const server = yield* Rehearsal
  yield* server.awaitState(({ global, openSockets }) => openSockets + global.openSockets === 0)
  const state = yield* server.state
  assert.deepStrictEqual([...state.team(1).closeCodes, ...state.global.closeCodes], [1000, 1000])
})

const withServer = <A, E, R>(test: Effect.Effect<A, E, R>) => test.pipe(Effect.scoped, Effect.provide(layerServer()))

describe("a terminal that Ctrl-S holds", () => {
  it.live("holds up no healthcheck, and tells what was dropped when it goes on", () =>
    Effect.gen(function* () {
      const loud = yield* loudProcess(50)
      const { server, terminal } = yield* fleetOn("bin", loud.nodeOptions)
      yield* hold(terminal)
      yield* loud.begin
      const from = terminal.shown().length
      for (let n = 1; n <= 50; n++) {
        yield* server.say(1, `message ${n}`)
        yield* server.settle
        const [team] = yield* Effect.timeout(server.healthcheck, "5 seconds")
        assert.deepStrictEqual(team, { id: 1, connected: true, message_count: n, props_count: 0 })
        yield* Effect.sleep("60 millis")
      }
      assert.strictEqual(terminal.shown().length, from)
      yield* terminal.type(keys.goOn)
      yield* terminal.shows(/lines of output were dropped: nobody took them in time.*lines=\d{5}/, from)
      yield* terminal.shows(/1\/1 teams connected.*50 in all/, from)
    }).pipe(withServer)
  )

  it.live("does not keep the fleet from its end", () =>
    Effect.gen(function* () {
      const { terminal } = yield* fleetOn("bin")
      yield* hold(terminal)
      yield* terminal.kill("SIGTERM")
      assert.strictEqual(yield* Effect.timeout(terminal.ended, "5 seconds"), 0)
      yield* closedInPeace
    }).pipe(withServer)
  )
})

describe("a terminal that is opened once more", () => {
  const ways: ReadonlyArray<readonly [way: string, places: Places]> = [
    ["the links of /proc", { links: "/proc/self/fd", devices: [] }],
    ["its device, as on macOS", { links: "/nowhere", devices: ["/nowhere", "/dev/pts"] }],
    ["the name of the controlling terminal, as after su", { links: "/nowhere", devices: [] }]
  ]
  for (const [way, places] of ways) {
    it.live(`does not block, and the one that others share does as before; found by ${way}`, () =>
      Effect.gen(function* () {
        const script = `
          import { readFileSync } from "node:fs"
          import { reopenTerminal } from "./src/cli/output/reopen.ts"
          const flagsOf = (fd) => Number.parseInt(/flags:\\s*(\\d+)/.exec(readFileSync("/proc/self/fdinfo/" + fd, "utf8"))[1], 8)
          const isFree = (fd) => (flagsOf(fd) & 0o4000) !== 0
          console.log(["free:", isFree(reopenTerminal(1, ${JSON.stringify(places)})), isFree(1), "done"].join(" "))`
        const terminal = yield* onTerminal(process.execPath, ["--input-type=module", "-e", script])
        yield* terminal.shows(/free: true false done/)
      }).pipe(Effect.scoped)
    )
  }
})

describe("a terminal that is closed", () => {
  it.live("ends the fleet in peace", () =>
    Effect.gen(function* () {
      const { terminal } = yield* fleetOn("bin")
      yield* terminal.hangUp
      assert.strictEqual(yield* terminal.ended, 0)
      yield* closedInPeace
    }).pipe(withServer)
  )
})

describe("Ctrl-C", () => {
  for (const way of ["bin", "npm"] as const) {
    it.live(`ends a fleet in peace that ${way === "npm" ? "npm start" : "the shell"} has started`, () =>
      Effect.gen(function* () {
        const { terminal } = yield* fleetOn(way)
        yield* terminal.type(keys.interrupt)
        assert.strictEqual(yield* terminal.ended, 0)
        assert.include(terminal.shown(), "Stopped by SIGINT")
        yield* closedInPeace
      }).pipe(withServer)
    )
  }
})

describe("what somebody outside says", () => {
  it.live("does nothing to the terminal of status --watch, or of the fleet", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      const run = ["run", "--url", server.globalUrl, "--admin", "127.0.0.1:0", "--log-level", "debug"]
      const fleet = yield* onTerminal(process.execPath, [bin, ...run])
      const [, address = ""] = yield* fleet.shows(/address=http:\/\/(127\.0\.0\.1:\d+)/)
      yield* server.refuseDials()
      yield* Effect.forEach(hostileTexts, server.join)
      const watch = yield* onTerminal(process.execPath, [bin, "status", "--watch", "--admin", address])
      yield* watch.shows(/team +failures/)
      for (const text of hostileTexts) yield* watch.shows(new RegExp(`${text[0]!}.*503`))
      for (const { shown } of [fleet, watch]) {
        // Its own codes: a style, a line up, clear to the end.
        const rest = shown().replaceAll(/\x1b\[(?:[0-9]{1,2}m|1A|J)|\r?\n|\r/g, "")
        assert.notMatch(rest, commands)
      }
    }).pipe(withServer)
  )
})

describe("a full disk", () => {
  it.live("holds up neither the fleet nor its end, and what it does not take is counted", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      const loud = yield* loudProcess(50)
      const run = ["run", "--url", server.globalUrl, "--admin", "off"]
      const cli = yield* spawnCli(run, { NODE_OPTIONS: loud.nodeOptions.join(" ") }, { outputTo: "/dev/full" })
      yield* loud.begin
      yield* server.join(1)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
      for (let n = 0; n < 50; n++) yield* server.say(1, `message ${n}`)
      yield* server.settle
      const [team] = yield* server.healthcheck
      assert.deepStrictEqual(team, { id: 1, connected: true, message_count: 50, props_count: 0 })
      yield* cli.kill("SIGHUP")
      assert.deepInclude(yield* cli.ended, { code: 0, signal: null })
      yield* closedInPeace
    }).pipe(withServer)
  )
})
