import { assert, describe, it } from "@effect/vitest"
import { Ledger } from "../../../src/bots/worker/Ledger.ts"
import { SpeechLimit } from "../../../src/bots/worker/SpeechLimit.ts"

const start = () => {
  let [now, changes] = [0, 0]
  const ledger = new Ledger(
    new SpeechLimit(0),
    () => now,
    () => changes++
  )
  return { ledger, wait: (millis: number) => (now += millis), changes: () => changes }
}

const print = (ledger: Ledger, text: string) => ledger.say({ _tag: "Printed", stream: "stdout", text })

describe("a ledger", () => {
  it("reports each message once, with what became of it", () => {
    const { changes, ledger } = start()
    for (let n = 0; n < 4; n++) ledger.taken()
    ledger.done("abc")
    ledger.failed()
    ledger.done("de")
    ledger.overflowed("f")
    assert.strictEqual(ledger.held, 1)
    assert.strictEqual(changes(), 3)
    assert.deepInclude(ledger.report(), { done: 3, failed: 1, overflow: 1, characters: 6 })
    assert.deepInclude(ledger.report(), { done: 0, failed: 0, overflow: 0, characters: 0 })
  })

  it("tells of a failure with the message, and not before", () => {
    const { ledger } = start()
    ledger.taken()
    ledger.failed()
    assert.deepInclude(ledger.report(), { done: 0, failed: 0 })
    ledger.done("x")
    assert.deepInclude(ledger.report(), { done: 1, failed: 1 })
  })

  it("leaves out what is said beyond a thousand lines a second, and counts it", () => {
    const { ledger, wait } = start()
    for (let n = 0; n < 3000; n++) print(ledger, "x")
    const { leftOut, said } = ledger.report()
    assert.deepStrictEqual([said.length, leftOut], [1000, 2000])
    wait(500)
    for (let n = 0; n < 3000; n++) print(ledger, "x")
    assert.strictEqual(ledger.report().said.length, 500)
  })

  it("leaves out what is said beyond a quarter of a mebibyte a second", () => {
    const { ledger } = start()
    for (let n = 0; n < 100; n++) print(ledger, "x".repeat(4096))
    assert.strictEqual(ledger.report().said.length, 64)
  })
})
