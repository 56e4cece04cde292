import type { SettingsValues } from "../services/Settings.ts"

/** What a connection allows its peer. */
export interface Bounds {
  /** Bytes of a message, all its fragments together: a peer that sends more is closed with 1009. */
  readonly maxFrame: number
  /** Fragments of a message: a peer that sends more of them is closed with 1008. */
  readonly maxFragments: number
  /** Milliseconds from the begin of a close handshake until the socket is destroyed. */
  readonly closeTimeout: number
}

/** How much later than Effect's own bound that of the socket strikes: the second line of defence. In milliseconds. */
const slack = 500

export const boundsOf = ({ drainTimeout, maxFrame }: SettingsValues): Bounds => ({
  maxFrame,
  maxFragments: 64,
  closeTimeout: drainTimeout + slack
})
