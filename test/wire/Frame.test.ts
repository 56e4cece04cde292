import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { type Codec, codec, type Decoded } from "../../src/wire/Frame.ts"
import { GlobalClientCodec, GlobalClientEvent, GlobalServerCodec, GlobalServerEvent } from "../../src/wire/GlobalApi.ts"
import { TeamClientCodec, TeamClientEvent, TeamServerCodec, TeamServerEvent } from "../../src/wire/TeamApi.ts"
import { places, plant } from "../support/plant.ts"

const arbitrary = { runs: 300, seed: 1 }

const decoders: ReadonlyArray<Codec<{ readonly type: string }>["decode"]> = [
  GlobalServerCodec.decode,
  GlobalClientCodec.decode,
  TeamServerCodec.decode,
  TeamClientCodec.decode
]

/** Longest text that an outcome may hand on for a log. */
const excerpt = 120

const assertSound = (outcome: Decoded<{ readonly type: string }>) => {
  switch (outcome._tag) {
    case "Event":
      return assert.isString(outcome.event.type)
    case "UnknownType":
      return assert.isAtMost(outcome.type.length, excerpt)
    case "Malformed":
      assert.include(["not-json", "no-type", "bad-fields"], outcome.reason)
      assert.isAbove(outcome.detail.length, 0)
      return assert.isAtMost(outcome.detail.length, excerpt)
  }
}

/** JSON has no -0. */
const asJson = <A>(value: A): A => JSON.parse(JSON.stringify(value))

describe("what is encoded decodes to itself", () => {
  const decodesToItself = <E extends { readonly type: string }>(codec: Codec<E>, event: E) =>
    assert.deepStrictEqual(codec.decode(codec.encode(event)), { _tag: "Event", event: asJson(event) })

  it.prop("on Global, from the server", [GlobalServerEvent], ([event]) => decodesToItself(GlobalServerCodec, event), {
    arbitrary
  })
  it.prop("on Global, from us", [GlobalClientEvent], ([event]) => decodesToItself(GlobalClientCodec, event), {
    arbitrary
  })
  it.prop("on Team, from the server", [TeamServerEvent], ([event]) => decodesToItself(TeamServerCodec, event), {
    arbitrary
  })
  it.prop("on Team, from us", [TeamClientEvent], ([event]) => decodesToItself(TeamClientCodec, event), { arbitrary })
})

describe("any frame has an outcome, and none throws (protocol row 22)", () => {
  const everyDecoder = (frame: string) => decoders.forEach((decode) => assertSound(decode(frame)))

  it.prop("any text", [Schema.String], ([text]) => everyDecoder(text), { arbitrary })

  it.prop("any JSON", [Schema.Json], ([json]) => everyDecoder(JSON.stringify(json)), { arbitrary })

  it.prop("any bytes, read as UTF-8", [Schema.Uint8Array], ([bytes]) => everyDecoder(Buffer.from(bytes).toString()), {
    arbitrary
  })

  it.prop(
    "any JSON in place of any part of an event",
    [Schema.Union([GlobalServerEvent, GlobalClientEvent, TeamServerEvent, TeamClientEvent]), Schema.Int, Schema.Json],
    ([event, place, json]) => everyDecoder(JSON.stringify(plant(asJson(event), place, json))),
    { arbitrary: { runs: 800, seed: 1 } }
  )

  it.prop(
    "an event that is cut short or has a character too many",
    [Schema.Union([GlobalServerEvent, TeamServerEvent]), Schema.Int, Schema.String],
    ([event, at, more]) => {
      const frame = JSON.stringify(event)
      const place = Math.abs(at) % (frame.length + 1)
      everyDecoder(frame.slice(0, place))
      everyDecoder(frame.slice(0, place) + more + frame.slice(place))
    },
    { arbitrary }
  )

  it("JSON of any depth", () => {
    const deep = "[".repeat(50_000) + "]".repeat(50_000)
    for (const frame of [
      deep,
      "[".repeat(200_000),
      `{"type":"error","received_message":${deep}}`,
      `{"type":"team.join","team_id":${deep}}`
    ]) {
      assert.doesNotThrow(() => everyDecoder(frame))
    }
  })
})

describe("a frame that is no event", () => {
  const decode = TeamServerCodec.decode

  it("is malformed as not-json, if it is not JSON", () => {
    for (const frame of [
      "",
      " ",
      "hello",
      "{",
      `{"type":"hello"`,
      `{"type":"hello"}{}`,
      `{'type':'hello'}`,
      "\ufffd\u0000"
    ]) {
      const outcome = decode(frame)
      assert.isTrue(outcome._tag === "Malformed" && outcome.reason === "not-json", frame)
    }
  })

  it("is malformed as no-type, if it is not an object with a type that is a string", () => {
    for (const frame of [
      "null",
      "1",
      `"hello"`,
      "true",
      "[]",
      `[{"type":"hello"}]`,
      "{}",
      `{"type":null}`,
      `{"type":5}`,
      `{"type":["hello"]}`,
      `{"Type":"hello"}`
    ]) {
      const outcome = decode(frame)
      assert.isTrue(outcome._tag === "Malformed" && outcome.reason === "no-type", frame)
    }
  })

  it("is malformed as bad-fields, if its type is known and a field is missing or wrong, and names both", () => {
    const outcome = decode(`{"type":"message","text":5}`)
    assert.isTrue(outcome._tag === "Malformed" && outcome.reason === "bad-fields")
    assert.match(outcome._tag === "Malformed" ? outcome.detail : "", /message.*text/)
  })

  it("is of an unknown type, if no event has its type to the letter", () => {
    for (const type of [
      "",
      "Hello",
      "hello ",
      "typing",
      "toString",
      "__proto__",
      "constructor",
      "team",
      "team.join.x"
    ]) {
      assert.deepStrictEqual(decode(JSON.stringify({ type })), { _tag: "UnknownType", type })
    }
  })

  it("is handed on in short, if its type is long", () => {
    const outcome = decode(JSON.stringify({ type: "x".repeat(100_000) }))
    assert.deepStrictEqual(outcome, { _tag: "UnknownType", type: "x".repeat(excerpt) })
  })
})

describe("extra fields are no fault (protocol row 22)", () => {
  it("they are not handed on", () => {
    const frame = `{"text":"hi","user":"U1","type":"message","ts":1.5,"__proto__":{"text":5},"nested":{"type":"goodbye"}}`
    const outcome = TeamServerCodec.decode(frame)
    assert.deepStrictEqual(outcome, { _tag: "Event", event: { type: "message", text: "hi" } })
  })

  it.prop(
    "whatever they hold",
    [GlobalServerEvent, Schema.Record(Schema.String, Schema.Json)],
    ([event, extra]) => {
      const outcome = GlobalServerCodec.decode(JSON.stringify({ ...extra, ...prefixed(extra), ...event }))
      assert.isTrue(outcome._tag === "Event")
      assert.strictEqual(outcome._tag === "Event" && outcome.event.type, event.type)
    },
    { arbitrary }
  )

  /** Names that no event uses, next to those that the generator happened to find. */
  const prefixed = (record: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [`extra.${name}`, value]))
})

describe("what is said of a malformed frame never quotes it (design: a reason never quotes the frame)", () => {
  const secret = "hunter2"
  const kinds = [secret, { [secret]: secret }, [secret]]

  const assertSecretless = (frame: string) => {
    for (const decode of decoders) {
      const outcome = decode(frame)
      if (outcome._tag === "Malformed") assert.notInclude(outcome.detail, secret)
    }
  }

  const anyEvent = Schema.Union([GlobalServerEvent, GlobalClientEvent, TeamServerEvent, TeamClientEvent])

  it.prop(
    "wherever in it a secret stands",
    [anyEvent],
    ([event]) => {
      const json = asJson(event)
      for (let place = 0; place < places(json); place++) {
        for (const kind of kinds) assertSecretless(JSON.stringify(plant(json, place, kind)))
      }
    },
    { arbitrary: { runs: 150, seed: 1 } }
  )

  it("and is short, and one line, whatever the fields are called", () => {
    const field = "a\n".repeat(500)
    const long = codec(Schema.Union([Schema.Struct({ type: Schema.tag("long"), [field]: Schema.String })]))
    const outcome = long.decode(`{"type":"long"}`)
    assert.isTrue(outcome._tag === "Malformed")
    if (outcome._tag !== "Malformed") return
    assert.strictEqual(outcome.detail.length, excerpt)
    assert.notInclude(outcome.detail, "\n")
  })

  it.prop(
    "also in one that is not JSON",
    [anyEvent, Schema.Int],
    ([event, at]) => {
      const frame = JSON.stringify(event)
      const place = Math.abs(at) % (frame.length + 1)
      assertSecretless(frame.slice(0, place) + secret + frame.slice(place))
    },
    { arbitrary }
  )
})
