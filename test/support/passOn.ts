import type { Connection } from "../../src/services/Socket.ts"

/** A connection that hands everything on to another. Written out, because a spread would lose what is on a prototype. */
export const passOn = (connection: Connection): Connection => ({
  opened: connection.opened,
  closed: connection.closed,
  isOpen: () => connection.isOpen(),
  peerAddress: () => connection.peerAddress(),
  send: (frame) => connection.send(frame),
  post: (frame) => connection.post(frame),
  ping: () => connection.ping(),
  pause: () => connection.pause(),
  resume: () => connection.resume(),
  close: (code) => connection.close(code),
  terminate: () => connection.terminate()
})
