import { Context, Data, type Duration, type Effect } from "effect"

/** What becomes of the look-up of a host name. */
export type NameAnswer = Data.TaggedEnum<{
  readonly Found: {}
  readonly Slow: { readonly by: Duration.Input }
  /** No answer until the resolver gives up: `MemoryOptions.lookupTimeout`. */
  readonly Never: {}
  /** A resolver's error code, such as ENOTFOUND. */
  readonly Fail: { readonly code: string }
}>
export const NameAnswer = Data.taggedEnum<NameAnswer>()

/** What the client's machine has and knows, at the instant that it is read. */
export interface MachineState {
  /** Sockets of the client that are open or dialling. */
  readonly sockets: number
  /** The most of them that there may be. */
  readonly socketLimit: number
  /** Look-ups of names under way. */
  readonly lookups: number
  readonly nameOf: (host: string) => NameAnswer
}

/**
 * The machine that the client of a rehearsal in memory runs on: what it lacks is no doing of the platform's. Hosts are named
 * as in a URL, without a port.
 */
export class ClientMachine extends Context.Service<
  ClientMachine,
  {
    /** Answers look-ups in this way: of one host, or of all. The one set last counts. Those under way go on. */
    readonly answerNames: (answer: NameAnswer, options?: { readonly host?: string | undefined }) => Effect.Effect<void>
    /** Lets so many sockets be open or dialling at once. One more fails at once, for want of a descriptor. */
    readonly limitSockets: (limit: number) => Effect.Effect<void>
    /** A live view. */
    readonly state: Effect.Effect<MachineState>
  }
>()("botswain/rehearsal/memory/ClientMachine") {}
