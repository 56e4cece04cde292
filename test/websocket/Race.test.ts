import { EventEmitter } from "node:events"
import type { Socket as NetSocket } from "node:net"
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { Race } from "../../src/websocket/Race.ts"

/** What becomes of an attempt, after so many milliseconds: it takes the connection, or ends with an error. */
type Course = readonly [after: number, outcome: "takes" | "refuses"]

/** An attempt that the test holds. Its socket is gone a millisecond after its end. */
class Attempt extends EventEmitter {
  readonly address: string
  destroyed = false

  constructor(address: string, [after, outcome]: Course) {
    super()
    this.address = address
    setTimeout(() => {
      if (this.destroyed) return
      if (outcome === "takes") return this.emit("connect")
      this.emit("error", Object.assign(new Error(address), { code: "ECONNREFUSED" }))
      return this.destroy()
    }, after)
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    setTimeout(() => this.emit("close"), 1)
  }
}

const never: Course = [1e9, "refuses"]

/** Runs a race to the end, with what happened in it and when. */
const run = (courses: Readonly<Record<string, Course>>, forMillis = 10_000) => {
  const began: Array<string> = []
  const attempts: Array<Attempt> = []
  const ends: Array<string> = []
  // Of the fake clock.
  const since = Date.now()
  const at = (what: string) => `${what} at ${Date.now() - since}`
  const race = new Race(
    Object.keys(courses),
    (address) => {
      const attempt = new Attempt(address, courses[address]!)
      began.push(at(address))
      attempts.push(attempt)
      return attempt as unknown as NetSocket
    },
    {
      won: (_socket, address) => ends.push(at(`won by ${address}`)),
      lost: (error) => ends.push(at(`lost: ${String(error)}`))
    }
  )
  vi.advanceTimersByTime(forMillis)
  return { attempts, began, ends, race, left: () => attempts.filter(({ destroyed }) => !destroyed) }
}

describe("Race", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }))
  afterEach(() => void vi.useRealTimers())

  it("tries no other address while the first is quick", () => {
    const { attempts, began, ends } = run({ a: [200, "takes"], b: [1, "takes"] })
    assert.deepStrictEqual(began, ["a at 0"])
    assert.deepStrictEqual(ends, ["won by a at 200"])
    assert.deepStrictEqual(attempts[0]!.eventNames(), [])
  })

  it("tries the next after 250 ms, and ends the others when one has won", () => {
    const { began, ends, left } = run({ a: never, b: never, c: [10, "takes"] })
    assert.deepStrictEqual(began, ["a at 0", "b at 250", "c at 500"])
    assert.deepStrictEqual(ends, ["won by c at 510"])
    assert.deepStrictEqual(
      left().map(({ address }) => address),
      ["c"]
    )
  })

  it("reaches an address that takes its time, although others refuse", () => {
    for (const courses of [
      { slow: [9000, "takes"], b: [1, "refuses"] },
      { b: [1, "refuses"], slow: [8998, "takes"] },
      { b: [1, "refuses"], slow: [8998, "takes"], c: [1, "refuses"] }
    ] as const) {
      assert.deepStrictEqual(run(courses).ends, ["won by slow at 9000"])
    }
  })

  it("tries the next at once when an attempt has failed", () => {
    assert.deepStrictEqual(run({ a: [1, "refuses"], b: [1, "refuses"], c: [1, "takes"] }).ends, ["won by c at 5"])
  })

  it("has three attempts under way at most", () => {
    const { began, ends } = run({ a: [1000, "refuses"], b: never, c: never, d: [1, "takes"] })
    assert.deepStrictEqual(began, ["a at 0", "b at 250", "c at 500", "d at 1001"])
    assert.deepStrictEqual(ends, ["won by d at 1002"])
  })

  it("has one winner when two connect in the same instant", () => {
    const { ends, left } = run({ a: [300, "takes"], b: [50, "takes"] })
    assert.deepStrictEqual(ends, ["won by a at 300"])
    assert.strictEqual(left().length, 1)
  })

  it("is lost when no address takes the connection", () => {
    const { ends } = run({ a: [1, "refuses"], b: [300, "refuses"] })
    assert.deepStrictEqual(ends, ["lost: Error: b at 303"])
  })

  it("ends all attempts when it is destroyed, tells when they are gone, and begins no other", () => {
    const { began, ends, left, race } = run({ a: never, b: never, c: never, d: never }, 300)
    let gone = 0
    race.destroy(() => gone++)
    assert.strictEqual(gone, 0)
    vi.advanceTimersByTime(10_000)
    assert.strictEqual(gone, 1)
    assert.deepStrictEqual(began, ["a at 0", "b at 250"])
    assert.deepStrictEqual(ends, [])
    assert.deepStrictEqual(left(), [])
  })
})
