import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { flagsOf } from "../../../src/cli/flags/option.ts"
import { nameOf, stateSpecs, storeUnavailable } from "../../../src/cli/flags/state.ts"
import { JournalFailed } from "../../../src/services/Journal.ts"
import { parse, problemOf } from "./parse.ts"

const flags = flagsOf(stateSpecs)

const given = (args: ReadonlyArray<string>, variables?: Record<string, string>) =>
  Effect.map(parse(flags, args, variables), (outcome) =>
    "given" in outcome ? outcome.given.state : problemOf(outcome)
  )

describe("--state", () => {
  it.effect("is nothing where it is not given", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* given([]))
      assert.isUndefined(yield* given([], { BOTSWAIN_STATE: "" }))
    })
  )

  it.effect("is a file, whatever it is called", () =>
    Effect.gen(function* () {
      for (const file of [
        "fleet.db",
        "/var/lib/botswain/fleet",
        "./sqlite:fleet",
        "C:\\fleet.db",
        "postgres",
        "über.db"
      ]) {
        assert.deepStrictEqual(yield* given(["--state", file]), {
          source: "--state",
          value: { kind: "sqlite", file }
        })
      }
    })
  )

  it.effect("is a database of PostgreSQL, whose URL is a secret, from the environment too", () =>
    Effect.gen(function* () {
      for (const url of ["postgres://bot:s3cret@db.example:5433/fleet?sslmode=require", "postgresql:///fleet"]) {
        const state = yield* given([], { BOTSWAIN_STATE: url })
        assert.isObject(state)
        assert.notInclude(JSON.stringify(state), "s3cret")
        const { source, value } = typeof state === "object" ? state : assert.fail("refused")
        assert.strictEqual(source, "BOTSWAIN_STATE")
        assert.strictEqual(value.kind === "postgres" && Redacted.value(value.url), url)
      }
    })
  )

  it.effect("is nothing else that looks like a URL, and no error quotes it", () =>
    Effect.gen(function* () {
      for (const bad of [
        "mysql://bot:s3cret@db/fleet",
        "sqlite://s3cret.db",
        "file:///s3cret.db",
        "sqlite:s3cret.db",
        "postgress://bot:s3cret@db/fleet",
        "postgres:s3cret",
        "postgres://[s3cret",
        "postgres//bot:s3cret@db/fleet",
        "bot:s3cret@db/fleet",
        ":memory:"
      ]) {
        const problem = yield* given(["--state", bad])
        assert.match(String(problem), /^--state: needs a .*postgres:\/\//, bad)
        assert.notInclude(String(problem), "s3cret")
      }
    })
  )

  it("that cannot be opened is told in one line: which, why, and what to do; of a URL host and database only", () => {
    const url = Redacted.make("postgres://bot:s3cret@db.example:5433/fleet?password=s3cret")
    const inUse = new JournalFailed({ reason: "in use", detail: "another process keeps its fleet in it" })
    assert.strictEqual(nameOf({ kind: "postgres", url }), "PostgreSQL at db.example:5433/fleet")
    assert.strictEqual(
      storeUnavailable({ source: "BOTSWAIN_STATE", value: { kind: "postgres", url } }, inUse).message,
      "BOTSWAIN_STATE PostgreSQL at db.example:5433/fleet: another process keeps its fleet in it; end that one first, or name another"
    )
    assert.strictEqual(
      storeUnavailable(
        { source: "--state", value: { kind: "sqlite", file: "fleet.db" } },
        new JournalFailed({ reason: "failed", detail: "SQLite says: odd" })
      ).message,
      "--state fleet.db: SQLite says: odd"
    )
  })
})
