// A bot apart from the fleet: what each message costs the fleet's event loop.
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { botLoopFile, type Client, named } from "../clients.ts"
import type { Server } from "../run.ts"
import type { Measured } from "./fleet.ts"

const exec = promisify(execFile)

/** Bots in a thread and in a process of their own. */
export const isolations: ReadonlyArray<Client> = ["thread", "process"].map((isolation) => ({
  ...named(`in a ${isolation}`),
  command: () => [botLoopFile, isolation]
}))

export const measureBot = async (_server: Server, client: Client): Promise<Measured> => {
  const { stdout } = await exec(process.execPath, [...client.command("", 0)])
  return JSON.parse(stdout) as Measured
}
