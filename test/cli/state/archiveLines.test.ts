import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { firstLine, lastLine, teamLine, teamsOf } from "../../../src/cli/state/archiveLines.ts"
import { escaped } from "../../../src/cli/terminal/render.ts"
import type { StoredTeam } from "../../../src/services/Journal.ts"
import { TeamId } from "../../../src/wire/TeamId.ts"
import { hostileIds } from "../../support/hostileIds.ts"

/** Those of them that the platform may name. */
const ids = hostileIds.filter(Schema.is(TeamId))

const team = (id: number | string, rest: Partial<StoredTeam> = {}): StoredTeam => ({
  id,
  wanted: true,
  generation: 1,
  messages: 0,
  props: 0,
  ...rest
})

const textOf = (...lines: ReadonlyArray<string>) => lines.map((line) => `${line}\n`).join("")

/** Reads a text that comes in parts of so many characters. */
const read = (text: string, part = text.length) =>
  Stream.runCollect(
    teamsOf(
      Stream.fromIterable(
        Array.from({ length: Math.ceil(text.length / part) }, (_, at) => text.slice(at * part, (at + 1) * part))
      )
    )
  )

const problem = (...lines: ReadonlyArray<string>) =>
  Effect.map(Effect.flip(read(textOf(...lines))), ({ message }) => message)

describe("an exported state", () => {
  it("has no character that is none of a text, in a file as on stdout, since somebody will look at it in a terminal", () => {
    for (const id of [...ids, "\u009b2J", "\u202etxt.exe", "\u0085"]) {
      const line = teamLine(team(id))
      assert.strictEqual(escaped(line), line)
      assert.strictEqual(JSON.parse(line).id, id)
    }
  })

  it.effect("is read as it was written, whatever the ids are, and however the text comes", () =>
    Effect.gen(function* () {
      const teams = [...ids, 7, "7"].map((id, at) =>
        team(id, { wanted: at % 2 === 0, generation: at + 1, messages: 10 * at, props: at })
      )
      const text = textOf(firstLine, ...teams.map(teamLine), lastLine(teams.length))
      for (const part of [1, 7, 1_000, text.length]) assert.deepStrictEqual(yield* read(text, part), teams)
    })
  )

  it.effect("is read with the longest id there is, each of whose characters is escaped", () =>
    Effect.gen(function* () {
      const longest = team("\u202e".repeat(1_024), { messages: Number.MAX_SAFE_INTEGER })
      const lines = [firstLine, teamLine(longest), lastLine(1)].map(escaped)
      assert.deepStrictEqual(yield* read(textOf(...lines)), [longest])
    })
  )

  it.effect("may have no teams, lines that end as Windows has them, and no line end at its end", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read(textOf(firstLine, lastLine(0))), [])
      const text = [firstLine, teamLine(team(1)), lastLine(1)].join("\r\n")
      assert.deepStrictEqual(yield* read(text), [team(1)])
    })
  )

  const bad: ReadonlyArray<readonly [what: string, lines: ReadonlyArray<string>, problem: RegExp]> = [
    ["is empty", [], /^line 1: there is nothing in it$/],
    ["is something else", ["id,wanted"], /^line 1: it is not \{"botswain":"state","version":1\}, the first line/],
    [
      "is of a later version",
      [`{"botswain":"state","version":2}`],
      /^line 1: this version .* reads states of version 1$/
    ],
    ["was cut off", [firstLine, teamLine(team(1))], /^line 2: .* it was cut off$/],
    ["was cut within a line", [firstLine, `{"id":1,"wan`], /^line 2: it is no JSON object$/],
    ["lacks a team", [firstLine, teamLine(team(1)), lastLine(2)], /^line 3: it tells of 2 teams, and there are 1$/],
    ["goes on behind its end", [firstLine, lastLine(0), teamLine(team(1))], /^line 3: it stands behind the last line/],
    ["has an array", [firstLine, "[1]"], /^line 2: it is no JSON object$/],
    ["has an id that is none", [firstLine, `{"id":1.5}`], /^line 2: its id is not a whole number, or a text/],
    ["has a long id", [firstLine, teamLine(team("x".repeat(1_025)))], /^line 2: its id is not/],
    ["has a word for a number", [firstLine, teamLine(team(1)).replace("0", `"0"`)], /^line 2: its messages is not/],
    ["has a count below 0", [firstLine, teamLine(team(1, { messages: -1 }))], /^line 2: its messages is not a whole/],
    ["has an unsafe count", [firstLine, teamLine(team(1, { messages: 2 ** 60 }))], /^line 2: its messages is not/],
    ["has more props than messages", [firstLine, teamLine(team(1, { props: 1 }))], /^line 2: it has more props than/],
    ["has a line without an end", [firstLine, "x".repeat(20_000)], /^line 2: it is too long to be a line of a state$/]
  ]
  for (const [what, lines, expected] of bad) {
    it.effect(`that ${what} is refused, by the number of the line`, () =>
      Effect.map(problem(...lines), (message) => assert.match(message, expected))
    )
  }

  it.effect("with a line that never ends is refused before it is in memory", () =>
    Effect.gen(function* () {
      let taken = 0
      const endless = Stream.fromEffectRepeat(
        Effect.sync(() => {
          taken++
          return "x".repeat(1_000)
        })
      )
      assert.match((yield* Effect.flip(Stream.runCollect(teamsOf(endless)))).message, /^line 1: it is too long/)
      assert.isBelow(taken, 100)
    })
  )
})
