import type { Deferred, Exit } from "effect"
import type { Closed, NotOpen } from "../services/Socket.ts"

type Sent = (outcome: Exit.Exit<void, NotOpen>) => void

/** What most connections never need, so that one that needs nothing of it weighs nothing for it. */
export class RareState {
  /** Made by the first who waits, mostly in order to hang up. */
  ended: Deferred.Deferred<Closed> | undefined = undefined
  sending: Set<Sent> | undefined = undefined
  closeTimer: NodeJS.Timeout | undefined = undefined
  waitingPongs = 0
  /** Frames of the read that is under way, for a receiver that takes them together. */
  batch: Array<string> | undefined = undefined
  /** A frame of the peer's was a violation. */
  refused = false
  /** What the receiver has thrown. */
  defect: Exit.Exit<never> | undefined = undefined
}
