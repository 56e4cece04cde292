import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as StatsMemory from "../../../src/layers/StatsMemory.ts"
import { type Ending, TeamReceiver } from "../../../src/programs/team/TeamReceiver.ts"
import type { DialControl } from "../../../src/services/dialing/DialControl.ts"
import { Turn } from "../../../src/services/dialing/Turn.ts"
import type { Inbox } from "../../../src/services/Inbox.ts"
import type { LogThrottle } from "../../../src/services/LogThrottle.ts"
import { Stats } from "../../../src/services/Stats.ts"
import type { TeamId } from "../../../src/wire/TeamId.ts"
import { openConnection } from "../../support/fakeSocket.ts"
import { endpointOf } from "../../support/settings.ts"

interface Offered {
  readonly team: TeamId
  readonly text: string
  /** What the team's counter said when the message was handed on. */
  readonly counted: number
}

const unread: Inbox["Service"] = { offer: () => {}, messages: Stream.never, turn: () => Effect.never }
const silent: LogThrottle["Service"] = { warn: () => Effect.void, warnUnsafe: () => {} }

/** Dial control that notes each turn that it is told has had its first frame. */
const listening = (greeted: Array<Turn> = []): DialControl["Service"] => ({
  ask: () => (ask) => ask,
  dial: () => (dial) => dial,
  renewing: () => {},
  awaitPace: () => Effect.succeed(true),
  answered: () => {},
  greeted: (turn) => void greeted.push(turn),
  ended: () => {},
  leave: () => {},
  news: () => {},
  load: () => ({ dials: { inFlight: 0, waiting: 0 }, asksWaiting: 0 })
})

/** A link on an open connection, and what came of its frames. */
const makeLink = Effect.fnUntraced(function* (team: TeamId = 1) {
  const stats = yield* Stats
  const counter = stats.counter(team)
  const offered: Array<Offered> = []
  const warnings: Array<{ readonly kind: string; readonly annotations: unknown }> = []
  const turn = new Turn(team)
  const greeted: Array<Turn> = []
  const link = new TeamReceiver(turn, counter, {
    control: listening(greeted),
    stats,
    inbox: {
      ...unread,
      offer: (to, text) => void offered.push({ team: to, text, counted: counter.messages })
    },
    throttle: {
      ...silent,
      warnUnsafe: (kind, _message, annotations) => void warnings.push({ kind, annotations })
    }
  })
  const connection = openConnection({ endpoint: endpointOf("ws://h/"), allowsAddress: () => true }, link)
  link.attach(connection)
  return {
    link,
    turn,
    greeted,
    connection,
    counter,
    offered,
    warnings,
    incidents: Effect.map(stats.totals, ({ incidents }) => incidents)
  }
})

const ending = (link: TeamReceiver): Ending | undefined => {
  let ended: Ending | undefined
  link.whenEnded((ending) => {
    ended = ending
  })
  return ended
}

const message = (text: string) => JSON.stringify({ type: "message", text })

describe("a message (protocol rows 15 and 19)", () => {
  it.effect("is counted once, as it is received, before it is handed on", () =>
    Effect.gen(function* () {
      const { connection, counter, offered } = yield* makeLink("blue")
      connection.say(message("hello"), message("props to all"), message(""))
      assert.deepStrictEqual([counter.messages, counter.props], [3, 1])
      assert.deepStrictEqual(offered, [
        { team: "blue", text: "hello", counted: 1 },
        { team: "blue", text: "props to all", counted: 2 },
        { team: "blue", text: "", counted: 3 }
      ])
    }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect("counts before hello, and after the team has left on the same socket: it has been received (row 10)", () =>
    Effect.gen(function* () {
      const { connection, counter } = yield* makeLink()
      connection.say(message("early"), `{"type":"hello"}`, `{"type":"team.left"}`, message("late"))
      assert.strictEqual(counter.messages, 2)
    }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect("without a string text is malformed, and no message", () =>
    Effect.gen(function* () {
      const { connection, counter, incidents, offered } = yield* makeLink()
      connection.say(`{"type":"message"}`, `{"type":"message","text":["props"]}`)
      assert.deepStrictEqual([counter.messages, counter.props, offered.length], [0, 0, 0])
      assert.deepStrictEqual(yield* incidents, { "frame.malformed.bad-fields": 2 })
    }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect("of a link is its team's, across the links of that team", () =>
    Effect.gen(function* () {
      const first = yield* makeLink(1)
      const second = yield* makeLink(1)
      const other = yield* makeLink("1")
      first.connection.say(message("a"))
      second.connection.say(message("b"))
      other.connection.say(message("c"))
      assert.deepStrictEqual([second.counter.messages, other.counter.messages], [2, 1])
    }).pipe(Effect.provide(StatsMemory.layer))
  )
})

describe("what is no event (protocol row 22)", () => {
  it.effect("is tallied: unknown types without a word, malformed frames by reason with a sampled warning", () =>
    Effect.gen(function* () {
      const { connection, counter, incidents, link, offered, warnings } = yield* makeLink()
      connection.say(`{"type":"typing"}`, "hunter2", "[]", `{"type":"pong","unique_id":{"hunter2":1}}`, "\u0000\ufffd")
      assert.deepStrictEqual(yield* incidents, {
        "frame.unknown-type": 1,
        "frame.malformed.not-json": 2,
        "frame.malformed.no-type": 1,
        "frame.malformed.bad-fields": 1
      })
      assert.strictEqual(warnings.length, 4)
      assert.deepStrictEqual(warnings[0]?.annotations, { connection: "team", problem: "the frame is not JSON" })
      assert.strictEqual(
        new Set(warnings.map(({ kind }) => kind)).size,
        1,
        "one kind, so that they are throttled together"
      )
      assert.notInclude(JSON.stringify(warnings), "hunter2")
      // And it harms nothing.
      connection.say(message("after it"))
      assert.deepStrictEqual([counter.messages, offered.length], [1, 1])
      assert.isTrue(connection.isOpen())
      assert.isUndefined(ending(link))
    }).pipe(Effect.provide(StatsMemory.layer))
  )
})

describe("signs of life (protocol row 11)", () => {
  it.effect("are all frames, known or not, and the pings and pongs of the WebSocket protocol", () =>
    Effect.gen(function* () {
      const { connection, link } = yield* makeLink()
      const frames = [
        message("a"),
        `{"type":"pong","unique_id":1}`,
        `{"type":"hello"}`,
        `{"type":"typing"}`,
        "not JSON"
      ]
      const signs = [...frames.map((frame) => () => connection.say(frame)), () => link.onControl()]
      for (const [n, sign] of signs.entries()) {
        link.liveness.sweeper = { sweeps: 7, answered: () => {} }
        link.liveness.heardAt = 0
        link.liveness.greeted = false
        sign()
        assert.deepStrictEqual([link.liveness.silence, link.liveness.greeted], [0, true], `${n}`)
      }
    }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect("a pong is the answer to a ping only if it has its id, and once", () =>
    Effect.gen(function* () {
      const { connection, link } = yield* makeLink()
      let answers = 0
      link.liveness.sweeper = { sweeps: 0, answered: () => void answers++ }
      const pong = (id: number) => connection.say(JSON.stringify({ type: "pong", unique_id: id }))
      pong(0)
      assert.strictEqual(answers, 0, "nothing was asked")
      link.ping()
      const { unique_id } = JSON.parse(connection.sent[0]!)
      pong(unique_id - 1)
      assert.strictEqual(answers, 0, "another id")
      pong(unique_id)
      pong(unique_id)
      assert.strictEqual(answers, 1)
    }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect("are asked for with a ping event, whose id is used never again, by no link of the process", () =>
    Effect.gen(function* () {
      const links = [yield* makeLink(1), yield* makeLink(1), yield* makeLink(2)]
      for (let n = 0; n < 100; n++) for (const { link } of links) link.ping()
      const pings = links.flatMap(({ connection }) => connection.sent.map((frame) => JSON.parse(frame)))
      assert.strictEqual(pings.length, 300)
      for (const ping of pings) assert.deepStrictEqual(Object.keys(ping), ["type", "unique_id"])
      assert.strictEqual(new Set(pings.map(({ unique_id }) => unique_id)).size, 300)
      assert.isTrue(pings.every(({ type, unique_id }) => type === "ping" && Number.isSafeInteger(unique_id)))
    }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect("a ping on a connection that is not there, or not open, is nothing", () =>
    Effect.gen(function* () {
      const { connection, link } = yield* makeLink()
      connection.end(1006)
      link.ping()
      assert.deepStrictEqual(connection.sent, [])
      const stats = yield* Stats
      const bare = new TeamReceiver(new Turn(1), stats.counter(1), {
        control: listening(),
        stats,
        inbox: unread,
        throttle: silent
      })
      bare.ping()
      bare.declareDead()
      assert.isFalse(bare.transport.isOpen())
    }).pipe(Effect.provide(StatsMemory.layer))
  )
})

describe("the end of a connection, as its team sees it", () => {
  it.effect("is none while it goes on", () =>
    Effect.gen(function* () {
      const { connection, link } = yield* makeLink()
      connection.say(`{"type":"hello"}`, message("a"))
      link.ping()
      assert.isUndefined(ending(link))
    }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect("is Left at team.left, whatever team it names, and not a drop when the socket closes then (row 3)", () =>
    Effect.gen(function* () {
      for (const frame of [`{"type":"team.left"}`, `{"type":"team.left","team_id":99}`]) {
        const { connection, link } = yield* makeLink()
        connection.say(frame)
        assert.deepStrictEqual(ending(link), { _tag: "Left" })
        connection.end(1000)
        assert.deepStrictEqual(ending(link), { _tag: "Left" })
      }
    }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect(
    "is Closed with the code of the close, 1000 too (row 4); a peer that closes with 1009 has sent nothing that is too big",
    () =>
      Effect.gen(function* () {
        for (const code of [1000, 1001, 1006, 1009, 1011, 4000]) {
          const { connection, incidents, link } = yield* makeLink()
          connection.end(code)
          assert.deepStrictEqual(ending(link), { _tag: "Closed", code })
          assert.isUndefined((yield* incidents)["violation.message-size"])
        }
      }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect(
    "comes to no peer whose message is not whole yet: its bytes prove that it lives, and are no first frame (row 11)",
    () =>
      Effect.gen(function* () {
        const { connection, greeted, link } = yield* makeLink()
        link.liveness.sweeper = { sweeps: 7, answered: () => {} }
        connection.receiver.onPart?.()
        assert.deepStrictEqual([link.liveness.silence, link.liveness.greeted], [0, false])
        assert.deepStrictEqual(greeted, [])
      }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect("has the rule that a frame has broken, which is tallied (row 22)", () =>
    Effect.gen(function* () {
      const { connection, incidents, link } = yield* makeLink()
      connection.end(1009, "message-size")
      assert.deepStrictEqual(ending(link), { _tag: "Closed", code: 1009, violation: "message-size" })
      assert.deepStrictEqual(yield* incidents, { "violation.message-size": 1 })
    }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect("is Dead when its peer is declared so: terminated, never a close handshake (row 12)", () =>
    Effect.gen(function* () {
      const { connection, link } = yield* makeLink()
      link.declareDead()
      assert.deepStrictEqual(connection.calls, ["terminate"])
      assert.isTrue(connection.hasEnded)
      assert.deepStrictEqual(ending(link), { _tag: "Dead" })
    }).pipe(Effect.provide(StatsMemory.layer))
  )

  it.effect("is the first of them, if there are two", () =>
    Effect.gen(function* () {
      const closedFirst = yield* makeLink()
      closedFirst.connection.end(4000)
      closedFirst.link.declareDead()
      assert.deepStrictEqual(ending(closedFirst.link), { _tag: "Closed", code: 4000 })
      const leftFirst = yield* makeLink()
      leftFirst.connection.say(`{"type":"team.left"}`)
      leftFirst.link.declareDead()
      assert.deepStrictEqual(ending(leftFirst.link), { _tag: "Left" })
    }).pipe(Effect.provide(StatsMemory.layer))
  )
})

describe("connected (protocol row 18)", () => {
  it.effect("is what the WebSocket is at this instant: hello or not, and false the moment it is declared dead", () =>
    Effect.gen(function* () {
      const { connection, link } = yield* makeLink()
      assert.isTrue(link.transport.isOpen())
      connection.say(`{"type":"team.left"}`)
      assert.isTrue(link.transport.isOpen())
      link.declareDead()
      assert.isFalse(link.transport.isOpen())
      const other = yield* makeLink()
      other.connection.close(1000)
      assert.isFalse(other.link.transport.isOpen())
    }).pipe(Effect.provide(StatsMemory.layer))
  )
})
