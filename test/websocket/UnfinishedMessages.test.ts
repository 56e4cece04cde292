import { assert, describe, it } from "@effect/vitest"
import type { Violation } from "../../src/services/Violation.ts"
import { PartialMessage } from "../../src/websocket/PartialMessage.ts"
import { type MidMessage, UnfinishedMessages } from "../../src/websocket/UnfinishedMessages.ts"

/** Connection that keeps what it has been closed for. */
class Connection implements MidMessage {
  partial: PartialMessage | undefined = undefined
  paused = false
  closedFor: Violation | undefined = undefined
  readonly #messages: UnfinishedMessages

  constructor(messages: UnfinishedMessages) {
    this.#messages = messages
  }

  isPaused(): boolean {
    return this.paused
  }

  onViolation(violation: Violation): void {
    this.closedFor = violation
    this.goOn(undefined)
  }

  /** A read has left so many bytes of a message, the same one or another, or none. */
  goOn(bytes: number | undefined, message = this.partial): void {
    const before = this.partial
    this.partial = bytes === undefined ? undefined : (message ?? new PartialMessage())
    if (this.partial !== undefined) this.partial.payload = Buffer.alloc(bytes!)
    this.#messages.follow(this, before)
  }
}

describe("messages that are not whole", () => {
  it("are bounded together: where they are too large, the largest goes, and no other", () => {
    const messages = new UnfinishedMessages(1000)
    const [small, large, middle] = [new Connection(messages), new Connection(messages), new Connection(messages)]
    small.goOn(100)
    large.goOn(600)
    middle.goOn(300)
    assert.strictEqual(messages.bytes, 1000)
    small.goOn(101)
    assert.deepStrictEqual(
      [small, large, middle].map(({ closedFor }) => closedFor),
      [undefined, "unfinished-bytes", undefined]
    )
    assert.strictEqual(messages.bytes, 401)
    assert.strictEqual(messages.size, 2)
  })

  it("are closed one after the other until there is room", () => {
    const messages = new UnfinishedMessages(1000)
    const many = Array.from({ length: 10 }, () => new Connection(messages))
    for (const each of many) each.goOn(100)
    const newest = new Connection(messages)
    newest.goOn(99)
    assert.strictEqual(many.filter(({ closedFor }) => closedFor !== undefined).length, 1)
    newest.goOn(900)
    assert.strictEqual(newest.closedFor, "unfinished-bytes")
    assert.strictEqual(messages.bytes, 900)
  })

  it("are no more counted once they are whole, or their connection has ended", () => {
    const messages = new UnfinishedMessages(1000)
    const connection = new Connection(messages)
    connection.goOn(400)
    connection.goOn(800)
    assert.strictEqual(messages.bytes, 800)
    connection.goOn(200, new PartialMessage())
    assert.strictEqual(messages.bytes, 200, "another message")
    connection.goOn(undefined)
    assert.deepStrictEqual([messages.bytes, messages.size], [0, 0])
  })

  it("have a time to become whole, each its own, in which nothing is read of a connection that is paused", () => {
    const messages = new UnfinishedMessages(1000)
    const [slow, busy, paused] = [new Connection(messages), new Connection(messages), new Connection(messages)]
    for (const each of [slow, busy, paused]) each.goOn(1)
    paused.paused = true
    for (let look = 1; look <= 10; look++) {
      messages.look()
      slow.goOn(look)
      busy.goOn(1, new PartialMessage())
    }
    assert.isUndefined(slow.closedFor)
    messages.look()
    assert.strictEqual(slow.closedFor, "message-time")
    assert.isUndefined(busy.closedFor)
    assert.isUndefined(paused.closedFor)
    paused.paused = false
    for (let look = 1; look <= 11; look++) messages.look()
    assert.strictEqual(paused.closedFor, "message-time")
  })
})
