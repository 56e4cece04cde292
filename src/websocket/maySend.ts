/** A connection that frames are sent on. */
export interface Sender {
  readonly isOpen: () => boolean
  /** Bytes that wait to be sent. */
  readonly unsent: () => number
  readonly maxUnsent: number
  /** Drops the connection, as one whose peer does not read. */
  readonly dropUnread: () => void
}

/**
 * True if a connection takes another frame. A peer that does not read is dropped: more waits to be sent to it than may. A
 * frame of any size may wait alone.
 */
export const maySend = (sender: Sender): boolean => {
  if (!sender.isOpen()) return false
  if (sender.unsent() <= sender.maxUnsent) return true
  sender.dropUnread()
  return false
}
