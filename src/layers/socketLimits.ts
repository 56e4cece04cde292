import type { SettingsValues } from "../services/Settings.ts"
import type { SocketLimits } from "../websocket/SocketLimits.ts"

/** How much later than Effect's own bound that of the socket strikes: the second line of defence. In milliseconds. */
const slack = 500

/** Limits of a fleet's sockets, by its settings. */
export const limitsOf = ({ drainTimeout, maxFrame }: SettingsValues): SocketLimits => ({
  maxFrame,
  maxFragments: 64,
  closeTimeout: drainTimeout + slack
})
