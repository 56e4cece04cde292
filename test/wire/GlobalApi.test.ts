import { assert, describe, it } from "@effect/vitest"
import {
  type GlobalClientEvent,
  GlobalClientCodec,
  type GlobalServerEvent,
  GlobalServerCodec
} from "../../src/wire/GlobalApi.ts"

const fromServer = (frame: unknown) => GlobalServerCodec.decode(JSON.stringify(frame))
const fromClient = (frame: unknown) => GlobalClientCodec.decode(JSON.stringify(frame))
const event = <E extends GlobalServerEvent | GlobalClientEvent>(event: E) => ({ _tag: "Event", event }) as const

/** Why a frame is no event. */
const faultOf = (outcome: ReturnType<typeof fromServer | typeof fromClient>) =>
  outcome._tag === "Malformed" ? `${outcome.reason} ${outcome.detail}` : outcome._tag

/** The frame's type is known; the field is missing or wrong. */
const badField = (type: string, field: string) => new RegExp(`^bad-fields ${type}: .*\\["${field}"\\]`)

describe("what the server says on the Global connection", () => {
  it("hello and goodbye have no fields", () => {
    assert.deepStrictEqual(fromServer({ type: "hello" }), event({ type: "hello" }))
    assert.deepStrictEqual(fromServer({ type: "goodbye" }), event({ type: "goodbye" }))
  })

  it("team.join and team.left name a team, in the JSON type that it came in (protocol row 20)", () => {
    for (const type of ["team.join", "team.left"] as const) {
      for (const team_id of [1, "1", 0, -4, "blue"]) {
        assert.deepStrictEqual(fromServer({ type, team_id }), event({ type, team_id }))
      }
    }
  })

  it("team.connect with a ws_url is an offer: the example of the protocol", () => {
    const frame = `{
	"type": "team.connect",
	"team_id": 1,
	"ws_url": "http://localhost:8080/connect/to/team"
}`
    assert.deepStrictEqual(
      GlobalServerCodec.decode(frame),
      event({ type: "team.connect", team_id: 1, ws_url: "http://localhost:8080/connect/to/team" })
    )
  })

  it("team.connect without a ws_url is no reply (protocol row 6)", () => {
    assert.match(faultOf(fromServer({ type: "team.connect", team_id: 1 })), badField("team.connect", "ws_url"))
    assert.match(
      faultOf(fromServer({ type: "team.connect", team_id: 1, ws_url: null })),
      badField("team.connect", "ws_url")
    )
  })

  it("a ws_url that is no URL is an offer all the same: it is refused later, and asked for again (protocol row 1)", () => {
    const offer = { type: "team.connect", team_id: 1, ws_url: "nonsense" } as const
    assert.deepStrictEqual(fromServer(offer), event(offer))
  })

  it("an id of more than 1,024 characters or a ws_url of more than 8,192 is malformed, and is not quoted", () => {
    const long = "hunter2".repeat(150_000)
    for (const type of ["team.join", "team.left", "team.connect"]) {
      const fault = faultOf(fromServer({ type, team_id: long, ws_url: "ws://h/" }))
      assert.match(fault, badField(type, "team_id"))
      assert.notInclude(fault, "hunter2")
    }
    const offer = { type: "team.connect", team_id: 1 } as const
    const fault = faultOf(fromServer({ ...offer, ws_url: `ws://h/${long}` }))
    assert.match(fault, badField("team.connect", "ws_url"))
    assert.notInclude(fault, "hunter2")
    const longest = `ws://h/${"x".repeat(8_192 - 7)}`
    assert.deepStrictEqual(fromServer({ ...offer, ws_url: longest }), event({ ...offer, ws_url: longest }))
  })

  it("an id that JSON writes and no safe integer is, is malformed; -0 is 0, and half a surrogate stays what it is", () => {
    const join = (id: string) => GlobalServerCodec.decode(`{"type":"team.join","team_id":${id}}`)
    for (const id of ["1e400", "-1e400", "9007199254740992", "9007199254740993", "1e-7", "0.5", "1e21"]) {
      assert.match(faultOf(join(id)), badField("team.join", "team_id"), id)
    }
    const echoed = (id: string) => {
      const outcome = join(id)
      if (outcome._tag !== "Event" || outcome.event.type !== "team.join") return assert.fail(id)
      return GlobalClientCodec.encode({ type: "team.connect", team_id: outcome.event.team_id })
    }
    assert.strictEqual(echoed("-0"), `{"type":"team.connect","team_id":0}`)
    assert.strictEqual(echoed("1e3"), `{"type":"team.connect","team_id":1000}`)
    assert.strictEqual(echoed(`"\\ud800"`), `{"type":"team.connect","team_id":"\\ud800"}`)
  })

  it("an id that is no integer and no string that is not empty is malformed, for each event with a team", () => {
    for (const type of ["team.join", "team.left", "team.connect"]) {
      for (const team_id of [1.5, 2 ** 53, 1e300, "", null, true, [1], { id: 1 }]) {
        assert.match(faultOf(fromServer({ type, team_id, ws_url: "ws://h/" })), badField(type, "team_id"))
      }
      assert.match(faultOf(fromServer({ type, ws_url: "ws://h/" })), badField(type, "team_id"))
    }
  })

  it("an id that JSON cannot hold exactly is refused, not rounded to that of another team", () => {
    assert.match(
      faultOf(GlobalServerCodec.decode(`{"type":"team.join","team_id":9007199254740993}`)),
      badField("team.join", "team_id")
    )
    assert.match(
      faultOf(GlobalServerCodec.decode(`{"type":"team.join","team_id":1e999}`)),
      badField("team.join", "team_id")
    )
  })

  it("an error may hold anything: its message, what it received, a team or none (protocol row 21)", () => {
    for (const anything of [undefined, null, 0, "text", true, [], [1, { a: null }], { type: "team.connect" }]) {
      const { _tag } = fromServer({ type: "error", message: anything, received_message: anything })
      assert.strictEqual(_tag, "Event")
    }
    const full = { type: "error", message: "no such team", received_message: { type: "x" }, team_id: 7 } as const
    assert.deepStrictEqual(fromServer(full), event(full))
    assert.deepStrictEqual(fromServer({ type: "error" }), event({ type: "error" }))
    assert.deepStrictEqual(fromServer({ type: "error", team_id: null }), event({ type: "error", team_id: null }))
    assert.deepStrictEqual(fromServer({ type: "error", team_id: "7" }), event({ type: "error", team_id: "7" }))
  })

  it("a healthcheck is a question; with stats, whatever they are, it is an echo (protocol row 16)", () => {
    const question = fromServer({ type: "healthcheck" })
    assert.deepStrictEqual(question, event({ type: "healthcheck" }))
    for (const stats of [[], null, "anything", [{ id: 1, connected: true, message_count: 1, props_count: 0 }]]) {
      const echo = fromServer({ type: "healthcheck", stats })
      assert.deepStrictEqual(echo, event({ type: "healthcheck", stats }))
      assert.isTrue(echo._tag === "Event" && "stats" in echo.event && echo.event.stats !== undefined)
    }
  })

  it("does not know the events of the Team API, nor those that only we send", () => {
    for (const type of ["pong", "message", "ping"]) {
      assert.deepStrictEqual(fromServer({ type, text: "a", unique_id: 1 }), { _tag: "UnknownType", type })
    }
  })
})

describe("what we say on the Global connection", () => {
  it("team.connect asks for a team, and holds nothing else", () => {
    const ask = { type: "team.connect", team_id: "1" } as const
    assert.strictEqual(GlobalClientCodec.encode(ask), `{"type":"team.connect","team_id":"1"}`)
    assert.deepStrictEqual(fromClient(ask), event(ask))
  })

  it("the answer to a healthcheck is strict JSON with exactly the fields of the example (protocol row 16)", () => {
    const answer = {
      type: "healthcheck",
      stats: [
        { id: 1, connected: true, message_count: 100, props_count: 10 },
        { id: "2", connected: false, message_count: 99, props_count: 9 }
      ]
    } as const
    assert.strictEqual(
      GlobalClientCodec.encode(answer),
      `{"type":"healthcheck","stats":[` +
        `{"id":1,"connected":true,"message_count":100,"props_count":10},` +
        `{"id":"2","connected":false,"message_count":99,"props_count":9}]}`
    )
    assert.deepStrictEqual(fromClient(answer), event(answer))
    assert.deepStrictEqual(fromClient({ type: "healthcheck", stats: [] }), event({ type: "healthcheck", stats: [] }))
  })

  it("an answer that lacks a field, or counts below zero or in fractions, is malformed", () => {
    const whole = { id: 1, connected: true, message_count: 1, props_count: 1 }
    assert.match(faultOf(fromClient({ type: "healthcheck" })), badField("healthcheck", "stats"))
    for (const wrong of [
      { id: "" },
      { id: undefined },
      { connected: "yes" },
      { connected: undefined },
      { message_count: -1 },
      { message_count: 0.5 },
      { message_count: undefined },
      { props_count: -1 },
      { props_count: "1" },
      { props_count: undefined }
    ]) {
      const [field = ""] = Object.keys(wrong)
      assert.match(
        faultOf(fromClient({ type: "healthcheck", stats: [whole, { ...whole, ...wrong }] })),
        badField("healthcheck", field)
      )
    }
  })
})
