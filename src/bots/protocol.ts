import { Schema } from "effect"
import { SchemaJITCompiler } from "effect/schema"

/**
 * Messages for a bot: team id, text and time of receipt, and again. Flat, because that is cloned for a third less than
 * objects; `1` and `"1"` stay two teams.
 */
export type Batch = ReadonlyArray<string | number>

/** What a bot is told: messages, or to come to its end once it has handled those that it has. */
export type ToBot = Batch | "drain"

/** What a bot is told as it starts. */
export interface BotStart {
  /** File of the module. */
  readonly file: string
  /** Bytes of memory that it may use. */
  readonly memory: number
  /** Least level that is logged. */
  readonly logLevel: string
  /** Messages that may wait in it: of a team, and in all. */
  readonly perTeam: number
  readonly total: number
}

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** A line that the bot has printed. */
const Printed = Schema.TaggedStruct("Printed", { stream: Schema.Literals(["stdout", "stderr"]), text: Schema.String })

/** A line that the bot has logged. Its values are such as JSON has. */
const Logged = Schema.TaggedStruct("Logged", {
  level: Schema.Literals(["Fatal", "Error", "Warn", "Info", "Debug", "Trace"]),
  message: Schema.Array(Schema.Unknown),
  annotations: Schema.Record(Schema.String, Schema.Unknown)
})

export const Said = Schema.Union([Printed, Logged])
export type Said = typeof Said.Type

/** What has become of messages since the last report, and what the bot has said meanwhile. */
export const Report = Schema.TaggedStruct("Report", {
  /** Messages that it has no longer: handled, failed, or dropped for want of room. */
  done: Count,
  failed: Count,
  overflow: Count,
  /** Characters of the messages that are done. */
  characters: Count,
  said: Schema.Array(Said),
  /** Lines that were left out, because there were too many. */
  leftOut: Count
})
export type Report = typeof Report.Type

/** What a bot tells. */
export const FromBot = Schema.Union([
  /** It is ready for messages. */
  Schema.TaggedStruct("Up", {}),
  /** The file is none that a bot can be made of. */
  Schema.TaggedStruct("Refused", { problem: Schema.String }),
  /** Its event loop turns. `used`: bytes of memory, garbage aside where it is more than it may use. */
  Schema.TaggedStruct("Beat", { used: Schema.Finite }),
  Report,
  /** Nobody caught an error of its; it ends. */
  Schema.TaggedStruct("Threw", { problem: Schema.String }),
  /** It has handled all that it had, and ends. */
  Schema.TaggedStruct("Drained", {})
])
export type FromBot = typeof FromBot.Type

// Once for each report, and so compiled.
SchemaJITCompiler.enable(FromBot.ast)

/** Decodes what came from a bot, whose code may have damaged it. */
export const decodeFromBot = Schema.decodeUnknownOption(FromBot)
