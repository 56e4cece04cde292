/** Close codes of RFC 6455 section 7.4.1, and `serviceRestart` of IANA's registry. */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  /** A close frame without a code. Never sent. */
  noStatus: 1005,
  /** No close frame: the connection was lost. Never sent. */
  abnormal: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  internalError: 1011,
  serviceRestart: 1012
} as const
