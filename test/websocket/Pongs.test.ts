import { assert, describe, it } from "@effect/vitest"
import { Pongs } from "../../src/websocket/Pongs.ts"

/** Pongs to a peer that reads when it is told to. */
const makePongs = () => {
  const sent: Array<string> = []
  const unread: Array<() => void> = []
  const pongs = new Pongs((payload, done) => {
    sent.push(payload.toString())
    unread.push(done)
  })
  const read = (count: number) => unread.splice(0, count).forEach((done) => done())
  return { pongs, sent, read }
}

describe("the pongs to a peer that reads late", () => {
  it("answer every ping as long as 60 wait to be sent", () => {
    const { pongs, read, sent } = makePongs()
    for (let n = 0; n < 60; n++) pongs.answer(Buffer.from(`${n}`))
    read(1)
    pongs.answer(Buffer.from("60"))
    assert.deepStrictEqual(
      sent,
      Array.from({ length: 61 }, (_, n) => `${n}`)
    )
  })

  it("answer the newest of more, when there is room (RFC 6455 section 5.5.3)", () => {
    const { pongs, read, sent } = makePongs()
    const payload = Buffer.alloc(8)
    for (let n = 0; n < 1000; n++) {
      payload.fill(0)
      payload.write(`${n}`)
      pongs.answer(payload)
    }
    payload.fill(0xee)
    assert.lengthOf(sent, 60, "a peer that never reads is sent no more")
    read(60)
    assert.lengthOf(sent, 61)
    assert.isTrue(sent.at(-1)?.startsWith("999"), "its payload was kept")
    read(1)
    assert.lengthOf(sent, 61)
  })
})
