import { type BotHost, botTrouble } from "../services/BotHost.ts"
import type { BotView } from "./api/FleetView.ts"

/** Looks at the bot, at one instant. */
export const botView = ({ look }: BotHost["Service"]): BotView => {
  const status = look()
  const { counts, held, restarts, since, state } = status
  return { state, since, restarts, ...counts, held, trouble: botTrouble(status) ?? null }
}
