import { type Closed, CloseCode } from "../../services/Socket.ts"
import { closeCodeFor, type Violation } from "../../services/Violation.ts"

/** Rule that a frame has broken, by the code of the error that `ws` makes of it. */
const violationOf: Readonly<Record<string, Violation>> = {
  WS_ERR_EXPECTED_FIN: "control-frame",
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH: "control-frame",
  WS_ERR_INVALID_CLOSE_CODE: "close-frame",
  // A continuation in the wrong place too.
  WS_ERR_INVALID_OPCODE: "opcode",
  WS_ERR_INVALID_UTF8: "utf-8",
  WS_ERR_UNEXPECTED_MASK: "mask",
  WS_ERR_UNEXPECTED_RSV_1: "reserved-bits",
  WS_ERR_UNEXPECTED_RSV_2_3: "reserved-bits",
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: "message-size",
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: "message-size",
  WS_ERR_TOO_MANY_BUFFERED_PARTS: "message-fragments"
}

/** How `ws` closes for a frame that it refuses, by its error's code; `undefined` for another error. */
export const refusalOf = (errorCode: string | undefined): Required<Closed> | undefined => {
  const violation = violationOf[errorCode ?? ""]
  if (violation === undefined) return undefined
  // The code that is sent is its own.
  const code = violation === "message-fragments" ? CloseCode.policyViolation : closeCodeFor(violation)
  return { code, violation }
}
