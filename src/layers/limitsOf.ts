import type { SettingsValues } from "../services/Settings.ts"
import type { SocketLimits } from "../websocket/SocketLimits.ts"

/** Milliseconds by which the socket's own timeout is later than the drain timeout of the caller, which it backs up. */
const closeSlack = 500

/** Gives the limits of a fleet's sockets. */
export const limitsOf = ({ drainTimeout, maxFrame }: SettingsValues): SocketLimits => ({
  maxFrame,
  maxFragments: 64,
  closeTimeout: drainTimeout + closeSlack
})
