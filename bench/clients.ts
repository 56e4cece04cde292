// Who is measured, and what of the job it cannot do.
import { execFileSync } from "node:child_process"
import { copyFileSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** A build of our own, so that one beside does not pull it from under a long run. */
const built = path("../node_modules/.cache/botswain-bench")
export const serverFile = `${built}/bench/server.js`
export const botLoopFile = `${built}/bench/botLoop.js`
export const journalLoopFile = `${built}/bench/journalLoop.js`
export const probeFile = `${built}/bench/probe.js`

const compile = (project: string, outDir: string) =>
  execFileSync(
    process.execPath,
    [path("../node_modules/typescript/bin/tsc"), "--project", path(project), "--outDir", outDir],
    { stdio: "inherit" }
  )

/** Compiles the program as it is published, and the bench, so that no client pays for stripping types. */
export const build = (): void => {
  rmSync(built, { recursive: true, force: true })
  compile("../tsconfig.build.json", `${built}/dist`)
  compile("./tsconfig.json", `${built}/bench`)
  copyFileSync(path("../package.json"), `${built}/package.json`)
}

/** A program that does the job, or as much of it as it can. */
export interface Client {
  readonly name: string
  readonly command: (url: string, teams: number) => ReadonlyArray<string>
  /** What it leaves out, or what was done for it. */
  readonly cannot: string
  /** Whether it takes teams that join later. */
  readonly grows: boolean
  /** Teams that it is measured with, if it cannot take more. */
  readonly atMost?: number
}

const peer = (name: string, file: string, cannot: string, atMost?: number): Client => ({
  name,
  command: (url, teams) => [`${built}/bench/peers/${file}.js`, url, String(teams)],
  grows: false,
  cannot,
  ...(atMost === undefined ? undefined : { atMost })
})

export const floor: Client = {
  name: "floor",
  command: (url) => [`${built}/bench/floor.js`, url],
  grows: true,
  cannot: "schemas, supervision, a pace of dials, statistics, logs, metrics"
}

/** As users start it, but for the flags. */
export const botswain = (...flags: ReadonlyArray<string>): Client => named("botswain", ...flags)

export const named = (name: string, ...flags: ReadonlyArray<string>): Client => ({
  name,
  command: (url) => [`${built}/dist/bin.js`, "run", "--url", url, ...flags],
  grows: true,
  cannot: ""
})

export const peers: ReadonlyArray<Client> = [
  peer("partysocket", "partysocket", "Global, asks, counters, healthcheck, pings, the peer's death"),
  peer(
    "reconnecting-websocket",
    "reconnectingWebsocket",
    "Global, asks, counters, healthcheck, pings, the peer's death"
  ),
  peer("@discordjs/ws", "discordWs", "Global, counters, healthcheck, a URL for each dial, teams that join later"),
  peer("@slack/socket-mode", "slackSocketMode", "Global, counters, healthcheck, teams that leave", 1000)
]
