import { errorCode } from "../../node/errorCode.ts"
import { CloseCode } from "../../services/Socket.ts"

/** Gives the close code that `ws` sends for a frame that it refuses; `undefined` for any other error. */
export const closeCodeOf = (error: unknown): number | undefined => {
  const code = errorCode(error)
  if (code === undefined || !code.startsWith("WS_ERR_")) return undefined
  switch (code) {
    case "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH":
    case "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH":
      return CloseCode.messageTooBig
    case "WS_ERR_TOO_MANY_BUFFERED_PARTS":
      return CloseCode.policyViolation
    case "WS_ERR_INVALID_UTF8":
      return CloseCode.invalidPayload
    default:
      return CloseCode.protocolError
  }
}
