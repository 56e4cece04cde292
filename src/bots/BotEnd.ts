import { Data, Duration } from "effect"

/** How one life of a bot came to its end, or why it had to be ended. */
export type BotEnd = Data.TaggedEnum<{
  /** The file is none that a bot can be made of. */
  Refused: { readonly problem: string }
  /** An error that nobody caught: in a timer, or on a socket without an error listener. */
  Threw: { readonly problem: string }
  Exited: { readonly code: number }
  /** A signal ended its process; what crashes natively ends so. */
  Signalled: { readonly signal: string }
  /** V8 gave it no more memory. */
  OutOfMemory: {}
  /** It used more memory than it may, in bytes. */
  TooLarge: { readonly used: number; readonly limit: number }
  /** Nothing of it ran for that long, in milliseconds: a loop, or a system call that blocks. */
  Silent: { readonly millis: number }
  /** It was not ready after that long, in milliseconds. */
  NeverReady: { readonly millis: number }
  /** What it told was no report. */
  Garbled: {}
  /** There was no thread or process for it. */
  Unstarted: { readonly problem: string }
}>
export const BotEnd = Data.taggedEnum<BotEnd>()

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`
const span = (millis: number): string => Duration.format(Duration.millis(millis))

/** Describes an end in words that follow "it". */
export const describeEnd: (end: BotEnd) => string = BotEnd.$match({
  Refused: ({ problem }) => problem,
  Threw: ({ problem }) => `it threw: ${problem}`,
  Exited: ({ code }) => `it exited with code ${code}`,
  Signalled: ({ signal }) => `it was ended by ${signal}`,
  OutOfMemory: () => "it ran out of memory",
  TooLarge: ({ limit, used }) => `it used ${mebibytes(used)} of memory, and may use ${mebibytes(limit)}`,
  Silent: ({ millis }) => `it did not answer for ${span(millis)}: it loops, or waits in a system call`,
  NeverReady: ({ millis }) => `it was not ready after ${span(millis)}`,
  Garbled: () => "it sent what is no report",
  Unstarted: ({ problem }) => `it could not be started: ${problem}`
})
