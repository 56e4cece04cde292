import { Record } from "effect"
import { CloseCode } from "./CloseCode.ts"

/** Rule that a peer can break, and the code that its connection is closed with for it: RFC 6455 section 7.4.1. */
interface Rule {
  readonly code: number
  readonly broken: string
}

const { abnormal, invalidPayload, messageTooBig, policyViolation, protocolError } = CloseCode

const rules = {
  mask: { code: protocolError, broken: "its frame is masked (RFC 6455 section 5.1)" },
  "reserved-bits": { code: protocolError, broken: "its frame has reserved bits set (RFC 6455 section 5.2)" },
  opcode: { code: protocolError, broken: "its frame has an unknown opcode (RFC 6455 section 5.2)" },
  fragmentation: {
    code: protocolError,
    broken: "a message began inside another one, or went on without a beginning (RFC 6455 section 5.4)"
  },
  "control-frame": {
    code: protocolError,
    broken: "its control frame is a fragment or longer than 125 bytes (RFC 6455 section 5.5)"
  },
  "close-frame": { code: protocolError, broken: "its close frame has no valid code (RFC 6455 section 7.4)" },
  "utf-8": { code: invalidPayload, broken: "its text is not UTF-8 (RFC 6455 section 8.1)" },
  "message-size": { code: messageTooBig, broken: "its message is larger than the frame limit" },
  "message-fragments": { code: messageTooBig, broken: "its message comes in too many fragments" },
  "message-time": { code: policyViolation, broken: "its message was not whole within the message timeout" },
  "unfinished-bytes": {
    code: messageTooBig,
    broken: "its message was the largest when all unfinished ones together were too large"
  },
  // Dropped without a close frame, which it would not read either.
  unread: { code: abnormal, broken: "it does not read what is sent to it" }
} as const satisfies Record.ReadonlyRecord<string, Rule>

/** Name of a rule that a peer can break: of RFC 6455, or a limit of ours. */
export type Violation = keyof typeof rules

/** Names of all rules. */
export const violations: ReadonlyArray<Violation> = Record.keys(rules)

/** The code that a connection is closed with for a violation. */
export const closeCodeFor = (violation: Violation): number => rules[violation].code

/** Says how a rule was broken. */
export const broken = (violation: Violation): string => rules[violation].broken
