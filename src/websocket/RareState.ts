import type { Deferred, Exit } from "effect"
import type { Closed, NotOpen } from "../services/Socket.ts"
import type { Violation } from "../services/Violation.ts"
import type { Pongs } from "./Pongs.ts"

type OnSent = (outcome: Exit.Exit<void, NotOpen>) => void

/** State that few connections need: made for those only, so that it costs the others nothing. */
export class RareState {
  /** Made by the first that waits for `closed`, mostly in order to hang up. */
  ended: Deferred.Deferred<Closed> | undefined = undefined
  /** Sends that are not yet handed to the kernel. */
  pendingSends: Set<OnSent> | undefined = undefined
  closeTimer: NodeJS.Timeout | undefined = undefined
  /** Made for pings that come while other frames wait to be sent. */
  pongs: Pongs | undefined = undefined
  /** Frames of the read that is under way, for a receiver with `onFrames`. */
  batch: Array<string> | undefined = undefined
  /** Rule that a frame of the peer's has broken. */
  violation: Violation | undefined = undefined
  /** Error that the receiver has thrown. */
  defect: Exit.Exit<never> | undefined = undefined
}
