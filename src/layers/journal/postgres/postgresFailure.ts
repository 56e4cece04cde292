import { SqlError } from "effect/sql"
import { errorCode } from "../../../node/errorCode.ts"
import { JournalFailed } from "../../../services/Journal.ts"

const failed = (reason: JournalFailed["reason"], detail: string) => new JournalFailed({ reason, detail })

/** Meanings of what Node says when there is no connection. */
const network: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there: the connection is refused",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ENOTFOUND: "the name of its host is not known",
  EAI_AGAIN: "nobody tells the address of its host",
  ETIMEDOUT: "its host does not answer",
  EHOSTUNREACH: "there is no way to its host",
  ENETUNREACH: "there is no way to its host",
  ENOENT: "there is no such socket"
}

/** Meanings of PostgreSQL's codes: the whole code, or its first two characters, which are its class. */
const meanings: Readonly<Record<string, JournalFailed>> = {
  "28": failed("away", "the server refuses this user or password"),
  "3D": failed("away", "the server has no such database"),
  "53100": failed("full", "the server has no room on its disk"),
  "53300": failed("away", "the server takes no more connections"),
  "53": failed("away", "the server lacks what it needs"),
  "25006": failed("read-only", "the server lets nobody write: it is a standby, or set to read only"),
  "42501": failed("read-only", "this user may not write there, or make tables"),
  "42P07": failed("not a journal", "a table has the name of one of ours"),
  "42703": failed("not a journal", "its tables are not those of a journal"),
  "42P01": failed("not a journal", "its tables are not those of a journal"),
  "42804": failed("not a journal", "its tables are not those of a journal"),
  "55P03": failed("away", "a lock in the database was not given up in time"),
  "57014": failed("away", "the server gave a statement up: it took too long"),
  "57": failed("away", "the server shuts down, or starts"),
  "58": failed("away", "the server's disk fails"),
  "08": failed("away", "the connection was cut")
}

/** What Node's codes for a certificate that is not trusted have in them. */
const isOfCertificate = (code: string) => /CERT|SIGNED|ERR_TLS|ERR_SSL/.test(code)

const insecure = failed("away", "its certificate is not trusted, or it offers no secure connection")

const meaningOf = (cause: unknown): JournalFailed | undefined => {
  const code = errorCode(cause)
  if (code === undefined) return undefined
  if (isOfCertificate(code)) return insecure
  const detail = network[code]
  return detail === undefined ? (meanings[code] ?? meanings[code.slice(0, 2)]) : failed("away", detail)
}

/** Says what an error means. Its own text is shown only where it comes from the server, which is never told the password. */
export const failureOf = (error: unknown): JournalFailed => {
  if (error instanceof JournalFailed) return error
  if (!(error instanceof SqlError.SqlError)) return failed("failed", "the client of the database fails")
  const { reason } = error
  const meaning = meaningOf(reason.cause)
  if (meaning !== undefined) return meaning
  if (reason._tag === "ConnectionError") return connectionTrouble(reason.message ?? "")
  if (reason._tag === "AuthenticationError") return failed("away", "the server refuses this user or password")
  const { cause } = reason
  // Only what comes from the server has a code that is not known here.
  return cause instanceof Error && errorCode(cause) !== undefined
    ? failed("failed", `the server says: ${firstLine(cause.message)}`)
    : failed("failed", "the client of the database fails")
}

const firstLine = (text: string): string => (text.split("\n", 1)[0] ?? "").slice(0, 200)

/** What it means that there is no connection, and nobody says why. */
const connectionTrouble = (message: string): JournalFailed => {
  if (/timed out/.test(message)) return failed("away", "it does not answer")
  if (/URL/i.test(message)) return failed("away", "its URL is none of a PostgreSQL database")
  return /TLS|SSL/i.test(message) ? insecure : failed("away", "the connection was cut")
}
