import { CloseCode } from "../../services/Socket.ts"

/** Gives the close code that `ws` sends for a frame that it refuses, by its error's code; `undefined` for another error. */
export const closeCodeOf = (errorCode: string | undefined): number | undefined => {
  if (errorCode?.startsWith("WS_ERR_") !== true) return undefined
  switch (errorCode) {
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
