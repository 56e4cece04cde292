import { LogLevel, SocketModeClient } from "@slack/socket-mode"
import { count, runJob } from "./job.ts"

const { host } = new URL(process.argv[2]!)

interface Said {
  readonly event: { readonly text: string }
}

// It asks for its URLs itself, over HTTP, and pings by itself, every 5 seconds.
runJob((team) => {
  const client = new SocketModeClient({
    appToken: "xapp-bench",
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: `http://${host}/api/` }
  })
  let open = false
  client.on("connected", () => void (open = true))
  client.on("reconnecting", () => void (open = false))
  client.on("message", ({ event }: Said) => count(team, event.text))
  client.start().catch(() => {})
  return { isOpen: () => open, close: () => void client.disconnect() }
})
