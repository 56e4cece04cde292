import dns from "node:dns"
import { assert, describe, it } from "@effect/vitest"
import { limitLookups } from "../../../src/bots/worker/lookups.ts"

type Callback = (error: unknown, address?: string) => void

/** Look-ups that are under way, of a system that answers when the test says so. */
const asked: Array<{ readonly host: string; readonly answer: Callback }> = []
const promised: Array<() => void> = []
Object.assign(dns, {
  lookup: (host: unknown, _options: unknown, answer: Callback) => {
    if (typeof host !== "string") throw new TypeError("no host")
    asked.push({ host, answer })
  }
})
Object.assign(dns.promises, { lookup: () => new Promise<void>((resolve) => promised.push(resolve)) })
limitLookups()

const answerNext = () => asked.shift()?.answer(null, "192.0.2.1")

describe("the look-ups of a bot in a thread", () => {
  it("are eight at once, in order, and the rest waits", () => {
    const found: Array<number> = []
    for (let n = 0; n < 20; n++) dns.lookup(`host${n}`, {}, () => found.push(n))
    assert.strictEqual(asked.length, 8)
    for (let n = 0; n < 20; n++) {
      answerNext()
      assert.isAtMost(asked.length, 8)
    }
    assert.deepStrictEqual(
      found,
      Array.from({ length: 20 }, (_, n) => n)
    )
  })

  it("share their places with those by promise", async () => {
    const looks = Array.from({ length: 10 }, (_, n) => dns.promises.lookup(`host${n}`))
    await new Promise((resolve) => setImmediate(resolve))
    assert.strictEqual(promised.length, 8)
    dns.lookup("late", {}, () => {})
    assert.strictEqual(asked.length, 0)
    while (promised.length > 0) {
      promised.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(looks)
    assert.strictEqual(asked.length, 1)
    answerNext()
  })

  it("give their place back where a call is wrong", async () => {
    const refused = Array.from(
      { length: 9 },
      () => new Promise((resolve) => Reflect.apply(dns.lookup, dns, [undefined, {}, resolve]))
    )
    for (const error of await Promise.all(refused)) assert.instanceOf(error, TypeError)
    dns.lookup("right", {}, () => {})
    assert.strictEqual(asked.length, 1)
    answerNext()
  })

  it("are refused beyond a thousand that wait", async () => {
    for (let n = 0; n < 1008; n++) dns.lookup(`host${n}`, {}, () => {})
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => dns.lookup("one more", {}, resolve))
    assert.strictEqual(error?.code, "EAI_AGAIN")
  })
})
