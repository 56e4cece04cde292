import type { SettingsValues } from "../services/Settings.ts"
import type { SocketLimits } from "../websocket/SocketLimits.ts"

/** Milliseconds by which the socket's own timeout is later than the drain timeout of the caller, which it backs up. */
export const closeSlack = 500

/** Fragments of a message, as many as with `ws`: a limit on work, since the bytes have one of their own. */
const maxFragments = 16_384

/** Gives the limits of a fleet's sockets. */
export const limitsOf = ({ drainTimeout, maxFrame, maxUnsent }: SettingsValues): SocketLimits => ({
  maxFrame,
  maxFragments,
  maxUnsent,
  closeTimeout: drainTimeout + closeSlack
})
