import { Effect, FiberSet, Layer } from "effect"
import { BotEnd } from "../../src/bots/BotEnd.ts"
import { type BotListener, BotWorkers } from "../../src/bots/BotWorkers.ts"
import type { FromBot, ToBot } from "../../src/bots/protocol.ts"

/** How the lives of a fake bot go. */
export interface Manners {
  /** Milliseconds until it is up; `undefined` if it never is. Default 100. */
  loads?: number | undefined
  /** False if its event loop does not turn. */
  beats?: boolean
  /** False if it cannot be ended. */
  canEnd?: boolean
  /** True if there is no thread for it. */
  isRefused?: boolean
  /** Bytes of memory that it uses. */
  memory?: number
  /** Handles every message at once, and comes to its end when it is asked to. */
  obliging?: boolean
}

/** One life of a fake bot. */
export class FakeLife {
  readonly posted: Array<ToBot> = []
  isOver = false
  readonly #listener: BotListener
  readonly #manners: Manners

  constructor(listener: BotListener, manners: Manners) {
    this.#listener = listener
    this.#manners = manners
  }

  /** Texts of all messages that it was given. */
  get texts(): ReadonlyArray<string> {
    return this.posted.flatMap((message) =>
      message === "drain" ? [] : message.flatMap((field, at) => (at % 3 === 1 ? [String(field)] : []))
    )
  }

  tell(message: FromBot | { readonly _tag: "Nonsense" }): void {
    this.#listener.onMessage(message)
  }

  report(counts: { readonly done: number; readonly failed?: number; readonly overflow?: number }): void {
    this.tell({ _tag: "Report", failed: 0, overflow: 0, characters: counts.done, said: [], leftOut: 0, ...counts })
  }

  hear(message: ToBot): void {
    this.posted.push(message)
    if (this.#manners.obliging !== true) return
    if (message !== "drain") return this.report({ done: message.length / 3 })
    this.tell({ _tag: "Drained" })
    this.end(BotEnd.Exited({ code: 0 }))
  }

  end(how: BotEnd): void {
    if (this.isOver) return
    this.isOver = true
    this.#listener.onEnd(how)
  }
}

/** Lives of a bot that tests direct: no thread, no process, no time but the test's. */
export const fakeWorkers = (manners: Manners = {}) => {
  const lives: Array<FakeLife> = []
  const layer = Layer.effect(
    BotWorkers,
    Effect.gen(function* () {
      const run = yield* FiberSet.makeRuntime()
      return {
        start: (_, listener) => {
          if (manners.isRefused === true) throw new Error("no more threads")
          const life = new FakeLife(listener, manners)
          lives.push(life)
          run(
            Effect.gen(function* () {
              if (manners.loads === undefined && "loads" in manners) return
              yield* Effect.sleep(manners.loads ?? 100)
              if (!life.isOver) life.tell({ _tag: "Up" })
            })
          )
          run(
            Effect.sync(() => {
              if (!life.isOver && manners.beats !== false) life.tell({ _tag: "Beat", used: 1 })
            }).pipe(Effect.andThen(Effect.sleep(250)), Effect.forever)
          )
          return {
            post: (message) => life.hear(message),
            memory: Effect.sync(() => manners.memory),
            lastWords: Effect.void,
            kill: () => {
              if (manners.canEnd !== false) life.end(BotEnd.Signalled({ signal: "SIGKILL" }))
            }
          }
        }
      }
    })
  )
  return { lives, layer, manners }
}
