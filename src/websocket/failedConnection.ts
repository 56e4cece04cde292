import { Exit } from "effect"
import { type DialError } from "../services/DialError.ts"
import { CloseCode, type Connection, NotOpen } from "../services/Socket.ts"

/** Makes a connection that has failed before there was a socket. */
export const failedConnection = (error: DialError): Connection => ({
  opened: Exit.fail(error),
  closed: Exit.succeed({ code: CloseCode.abnormal }),
  isOpen: () => false,
  peerAddress: () => undefined,
  send: () => Exit.fail(new NotOpen()),
  post: () => {},
  ping: () => {},
  pause: () => {},
  resume: () => {},
  close: () => {},
  terminate: () => {}
})
