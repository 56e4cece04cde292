// A process that starts, as users start it: without a probe.
import type { Client } from "../clients.ts"
import { type Server, withClient } from "../run.ts"
import type { Measured } from "./fleet.ts"

export const measureStart = (server: Server, client: Client): Promise<Measured> =>
  withClient(server, client, { teams: 0, probed: false }, ({ toGlobal }) => Promise.resolve({ toGlobal }))
