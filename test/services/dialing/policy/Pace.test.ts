import { assert, describe, it } from "@effect/vitest"
import { Pace } from "../../../../src/services/dialing/policy/Pace.ts"
import { defaults, type DialTuning } from "../../../../src/services/dialing/policy/tuning.ts"

/** How a host answers the starts of a round: how many get through, after how many milliseconds, and how re-starts end. */
interface Answer {
  readonly through: number
  readonly latency?: number
  readonly retriesThrough?: boolean
  /** Milliseconds by which the look at the end of the round comes too late. */
  readonly late?: number
}

/** A pace with a host that answers each start within its round, by how many there are. */
class Rounds {
  now = 0
  readonly pace: Pace
  readonly #answer: (starts: number) => Answer

  constructor(answer: (starts: number) => Answer, tuning: Partial<DialTuning> = {}, fastest = 100_000) {
    this.pace = new Pace(0, fastest, { ...defaults, ...tuning })
    this.#answer = answer
  }

  /** Lets rounds pass in which more want to start than may. Gives the number of starts of each. */
  pass(rounds: number): ReadonlyArray<number> {
    const { pace } = this
    return Array.from({ length: rounds }, () => {
      let starts = 0
      for (; pace.admits(); starts++) pace.begin()
      const { late = 0, latency = 2, retriesThrough, through } = this.#answer(starts)
      for (let start = 0; start < starts; start++) {
        if (start < through) {
          pace.answers.succeeded()
          pace.answers.answered(latency)
        } else pace.answers.failed()
        if (retriesThrough !== undefined && start % 4 === 0) pace.answers.retried(retriesThrough)
      }
      this.now += defaults.round
      pace.pass(this.now, late)
      return starts
    })
  }
}

const all = () => ({ through: Infinity })

describe("the pace of a host", () => {
  it("begins modestly, and grows by no more than 1.4 a round while all goes well", () => {
    const starts = new Rounds(all).pass(12)
    assert.strictEqual(starts[0], 5)
    assert.isAbove(starts.at(-1)!, 100)
    for (const [round, count] of starts.slice(1).entries()) assert.isAtMost(count, (starts[round]! + 1) * 1.4 + 1)
  })

  it("never exceeds its limit", () => {
    const rounds = new Rounds(all, {}, 300)
    rounds.pass(40)
    assert.strictEqual(rounds.pace.rate, 300)
  })

  it("does not grow in a time in which nobody wants more", () => {
    const { pace } = new Rounds(all)
    pace.admits()
    pace.begin()
    pace.answers.succeeded()
    pace.pass(50, 0)
    assert.strictEqual(pace.rate, 100)
  })

  it("saves up nothing while nobody waits", () => {
    const { pace } = new Rounds(all)
    for (; pace.admits();) pace.begin()
    pace.resume(60_000)
    pace.pass(60_000, 0)
    assert.isFalse(pace.admits())
    assert.approximately(pace.nextAt(60_000), 60_010, 10)
  })

  it("goes down to what got through when many fail, and get through when they are tried again", () => {
    // 20 a round are 400 a second.
    const rounds = new Rounds((starts) => ({ through: 20, retriesThrough: starts > 0 }))
    rounds.pass(40)
    const told = rounds.pass(40)
    assert.isAtMost(Math.max(...told), 20 * 1.5)
    assert.isAtLeast(Math.min(...told), 17)
  })

  it("goes down to what got through in the last second, where a host counts by the second", () => {
    let left = 0
    let round = 0
    const rounds = new Rounds((starts) => {
      if (round++ % 20 === 0) left = 100
      const through = Math.min(starts, left)
      left -= through
      return { through, retriesThrough: through > 0 }
    })
    rounds.pass(60)
    for (let second = 0; second < 5; second++) {
      const told = rounds.pass(20).reduce((sum, starts) => sum + starts, 0)
      assert.isTrue(told >= 90 && told <= 150, `${told} in a second`)
    }
  })

  it("grows on beside teams that fail again when they are tried again", () => {
    const rounds = new Rounds((starts) => ({ through: starts / 10, retriesThrough: false }))
    rounds.pass(60)
    assert.isAbove(rounds.pace.rate, 1_000)
  })

  it("stays modest while it is not known why many fail", () => {
    const rounds = new Rounds(() => ({ through: 0 }))
    rounds.pass(60)
    assert.strictEqual(rounds.pace.rate, 100)
  })

  it("goes a little below what gets through when answers take longer: starts queue up", () => {
    let queued = 0
    // Answers ten a round, in turn.
    const rounds = new Rounds((starts) => {
      queued = Math.max(0, queued + starts - 10)
      return { through: starts, latency: 2 + queued * 5 }
    })
    rounds.pass(60)
    assert.isAtMost(queued, 30)
    const told = rounds.pass(60).reduce((sum, starts) => sum + starts, 0) / 60
    assert.isTrue(told > 8.5 && told < 11, `${told} a round`)
  })

  it("grows again at a tenth a round once the queue is gone, for answers tell at once where there is one again", () => {
    let latency = 2
    const rounds = new Rounds((starts) => ({ through: starts, latency }))
    rounds.pass(10)
    latency = 200
    rounds.pass(3)
    latency = 2
    rounds.pass(1)
    const { rate } = rounds.pace
    rounds.pass(10)
    const growth = rounds.pace.rate / rate
    assert.isTrue(growth > 1.1 ** 7 && growth <= 1.1 ** 10, `${growth} times in ten rounds`)
  })

  it("is not told to be less by time that our own process was late by", () => {
    const { answers } = new Rounds(all).pace
    const round = (from: number, late: number) => {
      for (let start = 0; start < 50; start++) answers.succeeded()
      answers.looked(late)
      answers.endRound(from + defaults.round + late)
    }
    round(0, 0)
    assert.approximately(answers.borne, 1_000, 1)
    round(50, 400)
    assert.approximately(answers.borne, 1_000, 1)
  })

  it("takes a latency for the host's own that stays though the pace gave way", () => {
    let latency = 2
    const rounds = new Rounds((starts) => ({ through: starts, latency }))
    rounds.pass(20)
    latency = 200
    rounds.pass(20)
    const held = rounds.pace.rate
    rounds.pass(400)
    assert.isAbove(rounds.pace.rate, 2 * held)
  })

  it("is not slowed down by answers that waited for us, where our own process was busy", () => {
    const rounds = new Rounds((starts) => ({ through: starts }))
    rounds.pass(10)
    const before = rounds.pace.rate
    const busy = new Rounds((starts) => ({ through: starts, latency: 400, late: 300 }))
    busy.pass(10)
    assert.strictEqual(busy.pace.rate, before)
  })

  it("is never slower than 20 a second", () => {
    let works = true
    const rounds = new Rounds((starts) => ({ through: works ? starts : 0, retriesThrough: works }))
    rounds.pass(20)
    works = false
    rounds.pass(100)
    assert.isAtLeast(rounds.pace.rate, 20)
  })

  it("grows by half in a second at most after it had to give way", () => {
    let bears = 20
    const rounds = new Rounds((starts) => ({ through: bears, retriesThrough: starts > 0 }))
    rounds.pass(40)
    bears = Infinity
    const before = rounds.pace.rate
    rounds.pass(20)
    assert.isAtMost(rounds.pace.rate, before * 1.5 * 1.02)
  })

  it("grows freely again once the host has been gone and is back", () => {
    let bears = 20
    const rounds = new Rounds((starts) => ({ through: bears, retriesThrough: starts > 0 }))
    rounds.pass(40)
    bears = Infinity
    rounds.pace.startAnew()
    const before = rounds.pace.rate
    rounds.pass(5)
    assert.isAbove(rounds.pace.rate, before * 3)
  })
})
