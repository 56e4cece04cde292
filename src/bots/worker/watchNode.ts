import { Console } from "node:console"
import { Writable } from "node:stream"
import { inspect } from "node:util"
import { excerpt } from "../excerpt.ts"
import { Lines } from "../Lines.ts"
import type { Ledger } from "./Ledger.ts"

/** Characters of a line that is printed, and of an error that is told of, at most. */
const longest = 4096

type Stream = "stdout" | "stderr"

/** Says what the bot prints, a line at a time, in place of writing it: a write may block, and lines would run into others. */
export const catchOutput = (ledger: Ledger): { readonly end: () => void } => {
  const lines = { stdout: new Lines(longest), stderr: new Lines(longest) }
  const say = (stream: Stream, texts: ReadonlyArray<string>) => {
    for (const text of texts) ledger.say({ _tag: "Printed", stream, text })
  }
  const into = (stream: Stream) =>
    new Writable({
      decodeStrings: false,
      write: (chunk: unknown, _encoding, done) => {
        say(stream, lines[stream].push(String(chunk)))
        done()
      }
    })
  const sinks = { stdout: into("stdout"), stderr: into("stderr") }
  globalThis.console = new Console(sinks.stdout, sinks.stderr)
  // oxlint-disable-next-line eslint/no-restricted-properties -- What prints without the console comes to the fleet too.
  const { stderr, stdout } = process
  stdout.write = sinks.stdout.write.bind(sinks.stdout)
  stderr.write = sinks.stderr.write.bind(sinks.stderr)
  return {
    end: () => {
      say("stdout", lines.stdout.end())
      say("stderr", lines.stderr.end())
    }
  }
}

/** Tells of errors that nobody caught. A promise's changes nothing; any other is the end, since nobody knows what it left. */
export const catchUncaught = (ledger: Ledger, end: (problem: string) => void): void => {
  const say = (level: "Error" | "Warn", message: string, error: unknown) => {
    const cause = inspect(error).slice(0, longest)
    ledger.say({ _tag: "Logged", level, message: [message], annotations: { cause } })
  }
  process.on("unhandledRejection", (reason) => say("Warn", "a promise of the bot was rejected", reason))
  process.on("uncaughtException", (error) => {
    say("Error", "nobody caught an error of the bot", error)
    end(excerpt(error))
  })
}
