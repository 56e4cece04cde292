import { WebSocketManager, WebSocketShardEvents } from "@discordjs/ws"
import { GatewayDispatchEvents, GatewayIntentBits } from "discord-api-types/v10"
import { count, runJob, type Team } from "./job.ts"

/** By shard. */
const teams: Array<Team> = []
const open = new Set<number>()
let manager: WebSocketManager | undefined

// A shard is a team. It takes one URL for all of them, and pings by itself.
const start = async (askUrl: () => Promise<string>) => {
  const url = (await askUrl()).replace("/team/", "/discord/")
  // It must know their number before the first.
  const shards = Number(process.argv[3])
  const limits = { total: 1e9, remaining: 1e9, reset_after: 0, max_concurrency: shards }
  const get = () => Promise.resolve({ url, shards, session_start_limit: limits })
  manager = new WebSocketManager({
    token: "bench",
    intents: GatewayIntentBits.GuildMessages,
    rest: { get } as unknown as WebSocketManager["options"]["rest"]
  })
  manager.on(WebSocketShardEvents.Ready, (_, shard) => void open.add(shard))
  manager.on(WebSocketShardEvents.Resumed, (shard) => void open.add(shard))
  manager.on(WebSocketShardEvents.Closed, (_, shard) => void open.delete(shard))
  manager.on(WebSocketShardEvents.Error, () => {})
  manager.on(WebSocketShardEvents.Dispatch, (event, shard) => {
    if (event.t === GatewayDispatchEvents.MessageCreate) count(teams[shard]!, event.d.content)
  })
  await manager.connect()
}

runJob((team, askUrl) => {
  const shard = teams.push(team) - 1
  if (shard === 0) void start(askUrl)
  return {
    isOpen: () => open.has(shard),
    close: () => {
      if (shard === 0) Promise.resolve(manager?.destroy()).catch(() => {})
    }
  }
})
