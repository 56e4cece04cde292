import { Context, type Effect, type Stream } from "effect"
import type { TeamId } from "../wire/TeamId.ts"

/** A message as bot code gets it. */
export interface InboxMessage {
  readonly teamId: TeamId
  readonly text: string
  /** Milliseconds of Effect's clock, when the frame was read. */
  readonly receivedAt: number
}

/**
 * Hands messages to bot code, each at most once. Every team has a bounded buffer of its own, so that a team that
 * talks much, or bot code that is slow, costs the others nothing. What finds no room is dropped, and counted
 * (`inbox.overflow`). Messages come in order within a team, teams in turn; several readers share them.
 * Rule: protocol row 15.
 */
export class Inbox extends Context.Service<
  Inbox,
  {
    /**
     * Hands a message on. Synchronous and never waits: it is called as the frame is read, now, where `receivedAt` does not
     * say when.
     */
    readonly offer: (teamId: TeamId, text: string, receivedAt?: number) => void
    /** Messages for as long as there are any; does not end by itself. */
    readonly messages: Stream.Stream<InboxMessage>
    /**
     * Waits for a message and runs `use` on it. Until that has ended, messages of the same team wait in its buffer,
     * whoever reads: so readers that run at the same time still handle a team's messages one by one.
     */
    readonly turn: <A, E, R>(use: (message: InboxMessage) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  }
>()("botswain/services/Inbox") {}
