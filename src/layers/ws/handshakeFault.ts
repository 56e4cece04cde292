import { type DialError, HandshakeFault, invalidHandshake } from "../../services/DialError.ts"

/** What is wrong with an answer to the handshake, by the message of the error that `ws` makes of it. */
const faults = new Map<string, string>([
  ["Invalid Upgrade header", HandshakeFault.upgrade],
  ["Invalid Sec-WebSocket-Accept header", HandshakeFault.accept],
  ["Server sent a subprotocol but none was requested", HandshakeFault.subprotocol],
  ["Server sent a Sec-WebSocket-Extensions header but no extension was requested", HandshakeFault.extension],
  ["Unexpected server response: 101", HandshakeFault.upgrade]
])

/** Names the fault of a handshake that `ws` has refused; `undefined` for any other error. */
export const handshakeFault = ({ message }: Error): DialError | undefined => {
  const fault = faults.get(message)
  return fault === undefined ? undefined : invalidHandshake(fault)
}
