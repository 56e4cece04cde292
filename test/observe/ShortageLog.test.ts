import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as ShortageLog from "../../src/observe/ShortageLog.ts"
import { Descriptors } from "../../src/services/Descriptors.ts"
import { noDescriptors } from "../../src/services/descriptors/lack.ts"
import type { Transition } from "../../src/services/TeamRegistry.ts"
import { TeamState } from "../../src/services/TeamState.ts"
import { outOfDescriptors } from "../support/descriptors.ts"
import { logLines } from "../support/logLines.ts"
import { registryOf, teamOf } from "../support/registries.ts"

/** A process with room for ninety teams, whose teams and descriptors the test makes up. */
const made = () => {
  const { capture, lines } = logLines()
  const facts = { wanted: 0, connected: 0, isOut: false, allowed: 120 }
  let notice = () => {}
  let observer: (transition: Transition) => void = () => {}
  const descriptors = Layer.succeed(Descriptors, {
    ...outOfDescriptors,
    allowed: () => facts.allowed,
    lack: () => (facts.isOut ? noDescriptors : undefined),
    observe: (observe) => Effect.sync(() => void (notice = observe))
  })
  const registry = registryOf({
    census: Effect.sync(() => ({ ...facts, departed: 0, failing: 0, slowRetry: 0, unconfirmed: 0, denied: 0 })),
    observe: (observe) => Effect.sync(() => void (observer = observe))
  })
  const move = (from: TeamState, to: TeamState, id: number) => {
    observer({ team: teamOf(id, to), id, generation: 1, from, to, at: 0 })
  }
  const join = (teams: number) => {
    facts.wanted += teams
    for (let id = 0; id < teams; id++) move(TeamState.Departed(), TeamState.Waiting({ failures: 0 }), id)
  }
  const leave = (teams: number) => {
    facts.wanted -= teams
    for (let id = 0; id < teams; id++) move(TeamState.Draining(), TeamState.Departed(), id)
  }
  /** Each second that passes, a dial finds no room, if that is so. */
  const pass = (seconds: number) =>
    Effect.repeat(
      Effect.suspend(() => {
        if (facts.isOut) notice()
        return TestClock.adjust("1 second")
      }),
      { times: seconds - 1 }
    )
  const log = <A, E, R>(test: Effect.Effect<A, E, R>) =>
    test.pipe(Effect.provide(ShortageLog.layer.pipe(Layer.provide(Layer.merge(descriptors, registry)))), capture)
  const told = () => lines.map(({ level, message }) => `${level}: ${String(message)}`)
  return { facts, join, leave, log, pass, told }
}

const out =
  "Warn: out of file descriptors: 120 allowed, 97 team connections open, 203 teams wait. Raise `ulimit -n` or LimitNOFILE"
const over = "Info: this machine has again what teams waited for: they are dialled"
const tooLow =
  "Warn: 300 teams are wanted; the limit of 120 file descriptors has room for 90. Raise `ulimit -n` or LimitNOFILE"

describe("a shortage", () => {
  it.effect("is told in one line, however long it lasts, and in one more when it is over", () => {
    const { facts, join, log, pass, told } = made()
    return Effect.gen(function* () {
      Object.assign(facts, { connected: 97, isOut: true })
      join(300)
      yield* pass(3_600)
      assert.deepStrictEqual(told(), [out])
      facts.isOut = false
      yield* pass(6)
      assert.deepStrictEqual(told(), [out, over])
      yield* pass(3_600)
      assert.strictEqual(told().length, 2)
    }).pipe(log)
  })

  it.effect("is told with the numbers that a burst has come to", () => {
    const { facts, join, log, pass, told } = made()
    return Effect.gen(function* () {
      Object.assign(facts, { connected: 2, isOut: true })
      join(300)
      yield* Effect.forkChild(pass(2))
      yield* TestClock.adjust("900 millis")
      facts.connected = 97
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(told(), [out])
    }).pipe(log)
  })

  it.effect("does not end where a connection ends and another team takes its place, again and again", () => {
    const { facts, join, log, pass, told } = made()
    return Effect.gen(function* () {
      Object.assign(facts, { connected: 97, isOut: true })
      join(300)
      yield* pass(2)
      for (let round = 0; round < 100; round++) {
        facts.isOut = false
        yield* pass(4)
        facts.isOut = true
        yield* pass(1)
      }
      assert.deepStrictEqual(told(), [out])
    }).pipe(log)
  })

  it.effect("is told again when it comes again", () => {
    const { facts, join, log, pass, told } = made()
    return Effect.gen(function* () {
      facts.connected = 97
      join(300)
      for (let time = 0; time < 2; time++) {
        facts.isOut = true
        yield* pass(5)
        facts.isOut = false
        yield* pass(10)
      }
      assert.deepStrictEqual(
        told().filter((line) => line !== tooLow),
        [out, over, out, over]
      )
    }).pipe(log)
  })

  it.effect("is none where no team waits, or the last that waited has left", () => {
    const { facts, join, leave, log, pass, told } = made()
    return Effect.gen(function* () {
      Object.assign(facts, { connected: 90, isOut: true })
      join(90)
      yield* pass(10)
      assert.deepStrictEqual(told(), [])
      Object.assign(facts, { connected: 97 })
      join(210)
      yield* pass(10)
      leave(203)
      yield* pass(10)
      assert.deepStrictEqual(told(), [out, over])
    }).pipe(log)
  })
})

describe("a limit that is too low", () => {
  it.effect("is told before the process runs out, once", () => {
    const { facts, join, leave, log, pass, told } = made()
    return Effect.gen(function* () {
      join(90)
      yield* pass(10)
      assert.deepStrictEqual(told(), [])
      join(210)
      yield* pass(10)
      assert.deepStrictEqual(told(), [tooLow])
      leave(250)
      join(250)
      yield* pass(10)
      assert.deepStrictEqual(told(), [tooLow])
      Object.assign(facts, { connected: 97, isOut: true })
      yield* pass(10)
      assert.deepStrictEqual(told(), [tooLow, out])
    }).pipe(log)
  })

  it.effect("is told once more when the limit is another", () => {
    const { facts, join, leave, log, pass, told } = made()
    return Effect.gen(function* () {
      join(300)
      yield* pass(10)
      facts.allowed = 121
      leave(1)
      join(1)
      yield* pass(10)
      assert.deepStrictEqual(told(), [tooLow, tooLow.replace("120", "121")])
    }).pipe(log)
  })

  it.effect("is not told of more teams than there are by the time that it is", () => {
    const { join, leave, log, pass, told } = made()
    return Effect.gen(function* () {
      join(91)
      leave(1)
      yield* pass(10)
      assert.deepStrictEqual(told(), [])
    }).pipe(log)
  })
})
