import { assert, describe, it } from "@effect/vitest"
import { TeamClientCodec, TeamServerCodec } from "../../src/wire/TeamApi.ts"

const fromServer = (frame: unknown) => TeamServerCodec.decode(JSON.stringify(frame))
const fromClient = (frame: unknown) => TeamClientCodec.decode(JSON.stringify(frame))

/** Why a frame is no event. */
const faultOf = (outcome: ReturnType<typeof fromServer | typeof fromClient>) =>
  outcome._tag === "Malformed" ? `${outcome.reason} ${outcome.detail}` : outcome._tag

describe("what the server says on a Team connection", () => {
  it("hello", () => {
    assert.deepStrictEqual(fromServer({ type: "hello" }), { _tag: "Event", event: { type: "hello" } })
  })

  it("a message has a text, which may be empty", () => {
    for (const text of ["props to the team", "", "\u0000", "😀", "\ud800"]) {
      assert.deepStrictEqual(fromServer({ type: "message", text }), { _tag: "Event", event: { type: "message", text } })
    }
  })

  it("a message without a string text is malformed (protocol row 19)", () => {
    for (const text of [undefined, null, 5, true, ["props"], { text: "props" }]) {
      assert.match(faultOf(fromServer({ type: "message", text })), /^bad-fields message: .*text/)
    }
  })

  it("a pong echoes the id of a ping, number or string", () => {
    for (const unique_id of [1, "1", 0, 1.5, -1, ""]) {
      assert.deepStrictEqual(fromServer({ type: "pong", unique_id }), {
        _tag: "Event",
        event: { type: "pong", unique_id }
      })
    }
    for (const unique_id of [undefined, null, [1]])
      assert.match(faultOf(fromServer({ type: "pong", unique_id })), /^bad-fields pong: .*unique_id/)
  })

  it("team.left needs no team, and one that it names is not read: the socket tells the team (protocol row 3)", () => {
    assert.deepStrictEqual(fromServer({ type: "team.left" }), { _tag: "Event", event: { type: "team.left" } })
    for (const team_id of [1, "1", 1.5, null, {}]) {
      const outcome = fromServer({ type: "team.left", team_id })
      assert.isTrue(outcome._tag === "Event" && outcome.event.type === "team.left")
    }
  })

  it("does not know the events of the Global API, nor the one that only we send", () => {
    for (const type of ["goodbye", "team.join", "team.connect", "error", "healthcheck", "ping"]) {
      assert.deepStrictEqual(fromServer({ type, team_id: 1, unique_id: 1 }), { _tag: "UnknownType", type })
    }
  })
})

describe("what we say on a Team connection", () => {
  it("ping has an id, and nothing else", () => {
    const ping = { type: "ping", unique_id: 42 } as const
    assert.strictEqual(TeamClientCodec.encode(ping), `{"type":"ping","unique_id":42}`)
    assert.deepStrictEqual(fromClient(ping), { _tag: "Event", event: ping })
    assert.match(faultOf(fromClient({ type: "ping" })), /^bad-fields ping: .*unique_id/)
  })
})
