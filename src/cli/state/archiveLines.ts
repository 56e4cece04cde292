import { Data, Effect, Schema, Stream } from "effect"
import type { StoredTeam } from "../../services/Journal.ts"
import { TeamId } from "../../wire/TeamId.ts"
import { escaped } from "../terminal/render.ts"

/** Version of the form below. One that reads it refuses a later one. */
const version = 1

/** Characters of a line, at most: an id has 1,024 of them, each of which may be escaped by six, and no other field is long. */
const longestLine = 8_192

/** First line of an exported state. */
export const firstLine: string = JSON.stringify({ botswain: "state", version })

/** Line of a team, with nothing in it that is a command to a terminal: somebody will look at the file in one. */
export const teamLine = ({ generation, id, messages, props, wanted }: StoredTeam): string =>
  escaped(JSON.stringify({ id, wanted, generation, messages, props }))

/** Last line of an exported state, without which it was cut off. */
export const lastLine = (teams: number): string => JSON.stringify({ end: true, teams })

/** Failure to read an exported state. `line` counts from 1. */
export class BadArchive extends Data.TaggedError("BadArchive")<{ readonly line: number; readonly problem: string }> {
  override get message() {
    return `line ${this.line}: ${this.problem}`
  }
}

const whole = (least: number) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(least))

/** What each field of a team's line must be, and how that is told. */
const fields = [
  ["id", Schema.is(TeamId), "a whole number, or a text of 1 to 1,024 characters"],
  ["wanted", Schema.is(Schema.Boolean), "true or false"],
  ["generation", Schema.is(whole(1)), "a whole number from 1"],
  ["messages", Schema.is(whole(0)), "a whole number from 0"],
  ["props", Schema.is(whole(0)), "a whole number from 0"]
] as const

type Fields = Readonly<Record<string, unknown>>

const objectOf = (line: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** Says what is wrong with the line of a team; `undefined` if nothing is. */
const problemOf = (object: Fields): string | undefined => {
  for (const [name, isIt, needs] of fields) if (!isIt(object[name])) return `its ${name} is not ${needs}`
  return Number(object["props"]) > Number(object["messages"]) ? "it has more props than messages" : undefined
}

const isTeam = (object: Fields): object is Fields & StoredTeam => problemOf(object) === undefined

/** Reader of an exported state, line by line. */
class Reader {
  #rest = ""
  #line = 0
  #teams = 0
  #hasEnded = false

  /** Takes a part of the text. Gives the teams of its whole lines; throws {@link BadArchive}. */
  take(text: string): ReadonlyArray<StoredTeam> {
    const lines = (this.#rest + text).split("\n")
    this.#rest = lines.pop() ?? ""
    if (this.#rest.length > longestLine) this.#fail("it is too long to be a line of a state", this.#line + 1)
    return lines.flatMap((line) => this.#read(line.trim()) ?? [])
  }

  /** Takes the end of the text. */
  finish(): ReadonlyArray<StoredTeam> {
    if (this.#line === 0 && this.#rest.trim() === "") return this.#fail("there is nothing in it", 1)
    const last = this.#rest === "" ? [] : this.take("\n")
    return this.#hasEnded ? last : this.#fail("the last line of a state is missing behind it: it was cut off")
  }

  #read(line: string): StoredTeam | undefined {
    this.#line++
    if (line === "" && this.#line > 1) return undefined
    if (line.length > longestLine) return this.#fail("it is too long to be a line of a state")
    const object = objectOf(line)
    if (this.#line === 1) return this.#readFirst(object)
    if (object === undefined) return this.#fail("it is no JSON object")
    if (this.#hasEnded) return this.#fail("it stands behind the last line of a state")
    if (object["end"] === true) return this.#readLast(object)
    if (!isTeam(object)) return this.#fail(problemOf(object) ?? "it is no team")
    this.#teams++
    const { generation, id, messages, props, wanted } = object
    return { id, wanted, generation, messages, props }
  }

  #readFirst(object: Fields | undefined): undefined {
    if (object?.["botswain"] !== "state") this.#fail(`it is not ${firstLine}, the first line of a state`)
    if (object?.["version"] !== version) this.#fail(`this version of Botswain reads states of version ${version}`)
  }

  #readLast({ teams }: Fields): undefined {
    this.#hasEnded = true
    if (teams !== this.#teams) this.#fail(`it tells of ${String(teams)} teams, and there are ${this.#teams}`)
  }

  #fail(problem: string, line = this.#line): never {
    throw new BadArchive({ line, problem })
  }
}

/** Reads the teams of an exported state, as they come. Fails at the first line that cannot be used, and names it. */
export const teamsOf = <E, R>(text: Stream.Stream<string, E, R>): Stream.Stream<StoredTeam, E | BadArchive, R> =>
  Stream.unwrap(
    Effect.sync(() => {
      const reader = new Reader()
      const read = (take: () => ReadonlyArray<StoredTeam>) =>
        Effect.try({
          try: take,
          catch: (error) => (error instanceof BadArchive ? error : new BadArchive({ line: 1, problem: String(error) }))
        })
      return text.pipe(
        Stream.mapEffect((part) => read(() => reader.take(part))),
        Stream.concat(Stream.fromEffect(Effect.suspend(() => read(() => reader.finish())))),
        Stream.flattenIterable
      )
    })
  )
