// One client at work: a process, its probe, and the load server that it is connected to.
import { fork, type ChildProcess } from "node:child_process"
import { type Client, probeFile, serverFile } from "./clients.ts"
import type { Probe } from "./probe.ts"
import { type Remote, remote } from "./rpc.ts"
import type { LoadServer } from "./server.ts"

/** The load server, in a process of its own. */
export interface Server {
  readonly url: string
  readonly api: Remote<LoadServer>
  readonly stop: () => void
}

export const startServer = async (): Promise<Server> => {
  const child = fork(serverFile, { execArgv: [] })
  const api = remote<LoadServer>(child)
  return { url: `ws://127.0.0.1:${await api.listen()}/global`, api, stop: () => child.disconnect() }
}

/** A client's process. */
export interface Running {
  readonly probe: Remote<Probe>
  /** Milliseconds from the start of the process to its Global connection. */
  readonly toGlobal: number
  /** Ends when the process has. */
  readonly ended: Promise<void>
}

const spawn = (client: Client, url: string, teams: number, probed: boolean): ChildProcess => {
  const [file = "", ...args] = client.command(url, teams)
  const child = fork(file, args, {
    execArgv: probed ? ["--expose-gc", "--import", probeFile] : [],
    stdio: ["ignore", "pipe", "pipe", "ipc"]
  })
  child.stdout?.resume()
  let said = ""
  child.stderr?.on("data", (data) => (said = `${said}${String(data)}`.slice(-2000)))
  child.on("exit", (code) => {
    if (code !== 0 && !child.killed) console.error(`${client.name} has ended with code ${code}\n${said}`)
  })
  return child
}

/** What a run is given besides its client. */
export interface RunOptions {
  readonly teams: number
  /** Without a probe nothing but the job is in the process. */
  readonly probed?: boolean
}

/** Runs a client from its start until `use` is done. */
export const withClient = async <A>(
  server: Server,
  client: Client,
  { probed = true, teams }: RunOptions,
  use: (running: Running) => Promise<A>
): Promise<A> => {
  await server.api.reset()
  const began = performance.timeOrigin + performance.now()
  const child = spawn(client, server.url, teams, probed)
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const early = ended.then(() => Promise.reject(new Error(`${client.name} has ended too early`)))
  try {
    const opened = await Promise.race([server.api.globalOpen(), early])
    return await use({ probe: remote<Probe>(child), toGlobal: opened - began, ended })
  } finally {
    early.catch(() => {})
    if (child.exitCode === null) child.kill("SIGKILL")
    await ended
  }
}
