import { Duration, Effect } from "effect"
import { DialError, unknownName } from "../../services/DialError.ts"
import { type MachineState, NameAnswer } from "./ClientMachine.ts"

/** Names and descriptors of the client's machine. */
export class Machine implements MachineState {
  sockets = 0
  socketLimit = Infinity
  lookups = 0
  readonly #hosts: ReadonlySet<string>
  readonly #addresses: ReadonlyArray<string>
  readonly #lookupTimeout: Duration.Duration
  readonly #answers = new Map<string, NameAnswer>()
  #answer: NameAnswer = NameAnswer.Found()

  /** `hosts`: the names that there are. All have one address. */
  constructor(hosts: ReadonlySet<string>, address: string, lookupTimeout: Duration.Duration) {
    this.#hosts = hosts
    this.#addresses = [address]
    this.#lookupTimeout = lookupTimeout
  }

  /** A property, so that it can be called when it has been destructured. */
  readonly nameOf = (host: string): NameAnswer =>
    this.#hosts.has(host) ? (this.#answers.get(host) ?? this.#answer) : NameAnswer.Fail({ code: "ENOTFOUND" })

  answerNames(answer: NameAnswer, host: string | undefined): void {
    if (host !== undefined) this.#answers.set(host, answer)
    else {
      this.#answers.clear()
      this.#answer = answer
    }
  }

  /** Looks a name up. One that is found at once is an Exit: there is nothing to wait for. */
  resolve(host: string): Effect.Effect<ReadonlyArray<string>, DialError> {
    const found = Effect.succeed(this.#addresses)
    return NameAnswer.$match(this.nameOf(host), {
      Found: () => found,
      Slow: ({ by }) => this.#under(Effect.delay(found, by)),
      Never: () => this.#under(Effect.delay(Effect.fail(unknownName("EAI_AGAIN")), this.#lookupTimeout)),
      Fail: ({ code }) => Effect.fail(unknownName(code))
    })
  }

  /** Takes a descriptor; fails if there is none. */
  takeSocket(): DialError | undefined {
    if (this.sockets >= this.socketLimit) return new DialError({ reason: "local", detail: "EMFILE" })
    this.sockets++
    return undefined
  }

  #under<A, E>(lookup: Effect.Effect<A, E>): Effect.Effect<A, E> {
    return Effect.suspend(() => {
      this.lookups++
      return Effect.ensuring(
        lookup,
        Effect.sync(() => this.lookups--)
      )
    })
  }
}
