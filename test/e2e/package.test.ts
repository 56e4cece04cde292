import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { Effect } from "effect"
import { publint } from "publint"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { spawnCli } from "../cli/spawnCli.ts"

const root = join(import.meta.dirname, "../..")
const exec = promisify(execFile)

/** A folder of somebody else's that has what `npm pack` gives, and of its dependencies those that it declares. */
let home: string
let tarball: string
let files: ReadonlyArray<string>

const installed = (path: string) => join(home, "node_modules", path)

const link = async (name: string) => {
  await mkdir(dirname(installed(name)), { recursive: true })
  await symlink(join(root, "node_modules", name), installed(name), "junction")
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "botswain-package-"))
  const { stdout } = await exec("npm", ["pack", "--silent", "--pack-destination", home], { cwd: root })
  tarball = join(home, stdout.trim().split("\n").at(-1) ?? "")
  await mkdir(installed("botswain"), { recursive: true })
  await exec("tar", ["-xzf", tarball, "-C", installed("botswain"), "--strip-components=1"])
  files = (await exec("tar", ["-tzf", tarball])).stdout.trim().split("\n")

  const { dependencies, peerDependencies } = JSON.parse(await readFile(installed("botswain/package.json"), "utf8"))
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) await link(name)
})

afterAll(() => rm(home, { recursive: true, force: true }))

const bin = (args: ReadonlyArray<string>, node: ReadonlyArray<string> = []) =>
  exec(process.execPath, [...node, installed("botswain/dist/bin.js"), ...args], { cwd: home })

/** Uses of Effect what a bot may: fibers, time, streams, typed failures, interruption and a Scope. */
const bot = `
import { Bot, type InboxMessage } from "botswain"
import { Data, Effect, Fiber, Layer, Ref, Schedule, Stream } from "effect"

class Odd extends Data.TaggedError("Odd")<{}> {}
const names = ["first", "second", "third", "fourth", "fifth"]

const handle = (count: Ref.Ref<number>) =>
  Effect.fnUntraced(function* ({ teamId, text }: InboxMessage) {
    const waiting = yield* Effect.forkChild(Effect.timeout(Effect.sleep("5 millis"), "1 second"))
    const [n] = yield* Effect.all([Ref.getAndUpdate(count, (n) => n + 1), Fiber.join(waiting)], { concurrency: 2 })
    if (text === "fail") return yield* new Odd()
    if (text === "die") return yield* Effect.die(new Error("dead"))
    if (text === "stop") return yield* Effect.interrupt
    yield* Effect.retry(Effect.suspend(() => (n < 0 ? Effect.void : new Odd())), Schedule.recurs(2)).pipe(
      Effect.catchTag("Odd", () => Effect.void)
    )
    const [name] = yield* Stream.runCollect(Stream.make(names[n]))
    yield* Effect.annotateLogs(Effect.logInfo(\`heard \${text}, the \${name}\`), { team: teamId })
  })

export default Layer.unwrap(
  Effect.gen(function* () {
    yield* Effect.addFinalizer(() => Effect.logInfo("the bot has ended"))
    return Bot.layer(handle(yield* Ref.make(0)))
  })
)
`

describe("the package", () => {
  it("holds what is compiled, the deck, and the papers", () => {
    const papers = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"]
    const others = files
      .map((file) => file.replace("package/", ""))
      .filter((file) => !/^dist\/.+(\.js|\.d\.ts)$|^dist\/deck\/(index\.html|assets\/[\w-]+\.css)$/.test(file))
      .filter((file) => !/^dist\/deck\/LICENSES\.md$/.test(file))
    expect(others.toSorted()).toEqual(papers)
    expect(files).toContain("package/dist/deck/index.html")
  })

  it("is what publint asks of a package", async () => {
    const packed = await readFile(tarball)
    const { messages } = await publint({ pack: { tarball: new Uint8Array(packed).buffer }, strict: true })
    expect(messages).toEqual([])
  })

  it("has a bin that runs", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"))
    expect((await bin(["--version"])).stdout).toContain(version)
  })

  it("names the licenses of what is bundled into the deck", async () => {
    const licenses = await readFile(installed("botswain/dist/deck/LICENSES.md"), "utf8")
    const named = Array.from(licenses.matchAll(/^## (\S+) - .+ \(MIT\)$/gm), ([, name = ""]) => name)
    expect(named.toSorted()).toEqual(["preact", "uplot"])
  })

  it("has a bin whose every command is there", async () => {
    const { stdout } = await bin(["simulate", "--seeds", "2", "--teams", "3", "--minutes", "1"])
    expect(stdout).toContain("2 seeds")
    for (const command of ["run", "status", "explain", "state", "rehearse", "demo", "simulate"]) {
      expect((await bin([command, "--help"])).stdout).toContain(`botswain ${command}`)
    }
  })

  it("has a bin that keeps a state in a file, and reads it", async () => {
    const file = join(home, "fleet.db")
    const run = Effect.gen(function* () {
      const server = yield* Rehearsal
      const flags = ["--state", file, "--admin", "off"]
      const cli = yield* spawnCli(
        ["run", "--url", server.globalUrl, ...flags],
        {},
        {
          bin: installed("botswain/dist/bin.js")
        }
      )
      yield* server.join(1)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
      yield* cli.kill("SIGTERM")
      return yield* cli.ended
    })
    const { code } = await Effect.runPromise(Effect.scoped(Effect.provide(run, layerServer())))
    expect(code).toBe(0)
    const { stdout } = await bin(["state", "show", "--state", file, "--json"])
    expect(JSON.parse(stdout)).toMatchObject({ kind: "sqlite", wanted: 1, isHeld: false })
  })

  it("has a bin that keeps a fleet, runs a bot and serves the deck", async () => {
    await writeFile(join(home, "bot.ts"), bot)
    const run = Effect.gen(function* () {
      const server = yield* Rehearsal
      const flags = ["--bot", join(home, "bot.ts"), "--log-format", "logfmt", "--admin", "127.0.0.1:0"]
      const cli = yield* spawnCli(
        ["run", "--url", server.globalUrl, ...flags],
        {},
        {
          bin: installed("botswain/dist/bin.js")
        }
      )
      const [, address = ""] = yield* cli.printed(/the deck is served" address=(\S+)/)
      yield* server.join(1)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
      for (const text of ["a", "fail", "die", "stop", "b"]) yield* server.say(1, text)
      yield* cli.printed(/heard b, the fifth/)
      const deck = yield* Effect.promise(() => fetch(address).then((response) => response.text()))
      const docs = yield* Effect.promise(() => fetch(`${address}/docs`).then((response) => response.text()))
      yield* server.goodbye
      return { deck, docs, ended: yield* cli.ended }
    })
    const { deck, docs, ended } = await Effect.runPromise(Effect.scoped(Effect.provide(run, layerServer())))
    expect(deck).toContain("<title>")
    expect(docs).toContain("/api/team/reconnect")
    expect(ended.stderr).toMatch(/message="heard a, the first".* team=1/)
    expect(ended.stderr).toContain("the bot has ended")
    expect(ended.stdout).toContain("Take a look  3 failures of the bot")
    expect(ended.code).toBe(0)
  })

  const greeter = `
    import type { InboxMessage } from "botswain"
    import { Effect } from "effect"
    export default (message: InboxMessage) => Effect.logInfo(\`team \${message.teamId}: \${message.text}\`)`
  const layered = `
    import { Bot } from "botswain"
    import { Effect } from "effect"
    export default Bot.layer(({ teamId, text }) => Effect.logInfo(\`team \${teamId}: \${text}\`))`
  const withOwn = `
    import { greeting } from "botswain"
    export default ({ teamId }: { readonly teamId: number }) => console.log(\`team \${teamId}: \${greeting}\`)`

  it.each([
    ["the README's, in a folder with nothing else", greeter, "thread"],
    ["a Layer, in a folder with nothing else", layered, "thread"],
    ["a Layer, in a process of its own", layered, "process"],
    ["one whose folder has a package of that name", withOwn, "thread"]
  ])("has a bin that runs a bot: %s", async (_, source, isolation) => {
    const folder = await mkdtemp(join(tmpdir(), "botswain-empty-"))
    try {
      await writeFile(join(folder, "greeter.ts"), source)
      if (source === withOwn) {
        const own = join(folder, "node_modules/botswain")
        await mkdir(own, { recursive: true })
        await writeFile(join(own, "package.json"), `{ "type": "module", "main": "index.js" }`)
        await writeFile(join(own, "index.js"), `export const greeting = "hello"`)
      }
      const run = Effect.gen(function* () {
        const server = yield* Rehearsal
        const flags = ["--bot", join(folder, "greeter.ts"), "--bot-isolation", isolation, "--admin", "off"]
        const bin = installed("botswain/dist/bin.js")
        const cli = yield* spawnCli(["run", "--url", server.globalUrl, ...flags], {}, { bin })
        yield* server.join(1)
        yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
        yield* server.say(1, "hello")
        yield* cli.printed(/team 1: hello/)
        yield* server.goodbye
        return yield* cli.ended
      })
      const { code } = await Effect.runPromise(Effect.scoped(Effect.provide(run, layerServer())))
      expect(code).toBe(0)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it("says in one line that an older Node cannot run it", async () => {
    const older = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "22.18.0" } })`
    const run = bin(["--version"], ["--import", `data:text/javascript,${encodeURIComponent(older)}`])
    await expect(run).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: "botswain needs Node 22.19 or later, and this is Node 22.18.0.\n"
    })
  })

  it("has types that compile, for each of its names", async () => {
    await link("typescript")
    await writeFile(join(home, "package.json"), `{ "type": "module" }`)
    await writeFile(
      join(home, "app.ts"),
      `import { Fleet, Inbox, Socket, Stats, TeamRegistry } from "botswain"
       import * as Rehearsal from "botswain/rehearsal"
       import * as JournalPostgres from "botswain/JournalPostgres"
       import * as JournalSqlite from "botswain/JournalSqlite"
       import * as SocketWs from "botswain/SocketWs"
       import { layerWithoutSocket, Settings } from "botswain"
       import { Layer } from "effect"
       const settings = { url: "wss://chat.example/global" }
       const sockets = Layer.provide(SocketWs.layer, Settings.layer(settings))
       export const onWs: Layer.Layer<Fleet, unknown> = Layer.provide(layerWithoutSocket(settings), sockets)
       export const kept: Layer.Layer<Fleet, unknown> = Layer.provide(onWs, JournalSqlite.layer({ file: "fleet.db" }))
       // @ts-expect-error Were the types lost, the Fleet would be any, and so a number.
       export const wrong: number = Fleet
       console.log(typeof Fleet, typeof Inbox, typeof Socket, typeof Stats, typeof TeamRegistry, Object.keys(Rehearsal).length > 0, Layer.isLayer(SocketWs.layer), typeof JournalPostgres.layer)`
    )
    const options = ["--noEmit", "--strict", "--target", "esnext", "--module", "nodenext", "--lib", "esnext,dom"]
    await exec(process.execPath, [installed("typescript/bin/tsc"), ...options, "app.ts"], { cwd: home })
    const { stdout } = await exec(process.execPath, ["app.ts"], { cwd: home })
    expect(stdout).toBe("function function function function function true true function\n")
  })
})
