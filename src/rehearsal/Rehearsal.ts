import { Context, Data, type Duration, type Effect, type Redacted } from "effect"
import type { TeamHealth } from "../wire/GlobalApi.ts"
import type { TeamId } from "../wire/TeamId.ts"
import type { RehearsalState } from "./RehearsalState.ts"

/** Way in which the server ends a socket. */
export type Cut = Data.TaggedEnum<{
  /**
   * A close frame; on a real socket with a code that may be sent: 1000 to 1003, 1007 to 1014, or 3000 to 4999. The
   * socket counts as open until the client has answered it.
   */
  readonly CloseFrame: { readonly code: number }
  /** The end of the stream without a close frame (1006), after all that was sent: nothing that was said is lost. */
  readonly End: {}
  /** A reset (1006): what the client has not read yet is lost, although it is tallied. */
  readonly Reset: {}
}>
export const Cut = Data.taggedEnum<Cut>()

/** Way in which the server answers an ask (`team.connect`). */
export type Answer = Data.TaggedEnum<{
  readonly Once: {}
  readonly Never: {}
  /** Two offers, each with a URL of its own. */
  readonly Twice: {}
  /** One offer, later; said whether or not the team is still present. */
  readonly Late: { readonly by: Duration.Input }
  /** An `error` event that names the team. */
  readonly Error: { readonly message: string }
  /** One offer with this text as its `ws_url`. */
  readonly Url: { readonly url: string }
}>
export const Answer = Data.taggedEnum<Answer>()

/** A connection of the client. */
export type Target = "global" | { readonly team: TeamId }

/**
 * Handshakes that a verb applies to. A team's are those with a URL that was handed out for it. `host`: of the teams whose
 * URLs are on that host, as `TeamView.host` names it.
 */
export type Dials = "all" | "teams" | Target | { readonly teams: ReadonlyArray<TeamId> } | { readonly host: string }

/** Handshakes that a verb applies to, and the number of them. */
export interface DialSelection {
  /** Default `"teams"`. */
  readonly of?: Dials | undefined
  /** Default: every one, until `acceptDials`. */
  readonly count?: number | undefined
  /** Time for which the verb applies, if handshakes do not use it up before. Default: until `acceptDials`. */
  readonly lasting?: Duration.Input | undefined
}

/** How a frame comes that does not come at once: in so many fragments, one `every` so long. `Infinity`: it is never whole. */
export interface Parts {
  readonly parts: number
  readonly every: Duration.Input
}

/** Settings of the server. */
export interface Behaviour {
  /**
   * Says `team.join` of every present team after `hello` on a new Global connection; if false, only of those that were
   * never announced. Default true.
   */
  readonly replayJoins: boolean
  /** Accepts one handshake for each URL; the next gets 403. Default true. */
  readonly singleUseUrls: boolean
  /** Hands out URLs with the scheme http, as in the protocol's example. Default false. */
  readonly httpUrls: boolean
  /** Refuses a Global handshake without `Authorization: Bearer <token>` with 401. Default none. */
  readonly token: Redacted.Redacted | undefined
}

/** The Global connection is not open, or it was lost before the answer came. */
export class GlobalLost extends Data.TaggedError("GlobalLost")<{}> {}

/**
 * The fake platform: both APIs of the protocol, driven by verbs. It keeps its own tally of what it said and saw, to be
 * compared with the client's. Verbs that send give false where nothing could be sent: no socket is open, it is muted,
 * or the client reads so slowly that its buffer is full.
 */
export class Rehearsal extends Context.Service<
  Rehearsal,
  {
    /** URL of the Global API. */
    readonly globalUrl: string

    /** Makes a team present and says so. For one that is present, says it again. */
    readonly join: (id: TeamId) => Effect.Effect<void>
    /**
     * Makes a team absent and says so: on Global (the default), on its own socket, or nowhere. Its sockets are the
     * client's to close.
     */
    readonly leave: (id: TeamId, on?: "global" | "team" | "both" | "nowhere") => Effect.Effect<void>
    /** Says a message of a present team. True, and tallied, if its socket took it. */
    readonly say: (id: TeamId, text: string) => Effect.Effect<boolean>
    /**
     * Says a message of a present team in parts. True if its socket took the first; tallied once it is whole. Until then
     * nothing else is said on the socket: no pong either.
     */
    readonly sayInParts: (id: TeamId, text: string, parts: Parts) => Effect.Effect<boolean>
    /** Says goodbye on Global. Closing is left to the client. */
    readonly goodbye: Effect.Effect<boolean>
    /** Says an `error` on Global. */
    readonly error: (event: {
      readonly message: string
      readonly teamId?: TeamId | undefined
      readonly receivedMessage?: unknown
    }) => Effect.Effect<boolean>
    /** Offers a URL that was not asked for; without `url`, one that works. */
    readonly offer: (id: TeamId, url?: string) => Effect.Effect<boolean>
    /** Sends a frame as it is: garbage, huge, of an unknown type; bytes as a binary frame. Never tallied. */
    readonly sendRaw: (target: Target, frame: string | Uint8Array) => Effect.Effect<boolean>
    /** Sends a frame as it is, in parts. Never tallied. Until it is whole nothing else is said on the socket. */
    readonly sendInParts: (target: Target, frame: string, parts: Parts) => Effect.Effect<boolean>
    /** Asks for a healthcheck. */
    readonly askHealth: Effect.Effect<boolean>
    /** Asks for a healthcheck and waits for the answer. */
    readonly healthcheck: Effect.Effect<ReadonlyArray<TeamHealth>, GlobalLost>

    /** Ends the sockets of a team. Default: `Cut.End`. On a muted socket a close frame is lost, like any other. */
    readonly cut: (id: TeamId, how?: Cut) => Effect.Effect<boolean>
    /** Ends the sockets of all teams; Global stays. */
    readonly cutAll: (how?: Cut) => Effect.Effect<void>
    readonly cutGlobal: (how?: Cut) => Effect.Effect<boolean>
    /**
     * Makes the open sockets of a team half-open: frames are lost both ways, nothing is answered, not even a close. New
     * sockets are not muted.
     */
    readonly mute: (id: TeamId) => Effect.Effect<boolean>
    readonly muteGlobal: Effect.Effect<boolean>
    /** Ends a mute. A close that the client began meanwhile is answered now; all else that it sent is lost. */
    readonly unmute: (id: TeamId) => Effect.Effect<boolean>
    readonly unmuteGlobal: Effect.Effect<boolean>
    /** Reads nothing more of what the client sends on its newest socket, whose sends wait then. */
    readonly stopReading: (target: Target) => Effect.Effect<boolean>
    /** Ends that, on all sockets or on the newest one of a target: what has waited is read. */
    readonly readAgain: (target?: Target) => Effect.Effect<boolean>
    /** Cuts every socket, Global too, and takes no handshake until it is over: all get 503, or no answer at all. */
    readonly startOutage: (options?: {
      readonly cut?: Cut | undefined
      readonly dials?: "refuse" | "hang" | undefined
    }) => Effect.Effect<void>
    /** Handshakes that hang still do: they end when the client gives up. */
    readonly endOutage: Effect.Effect<void>

    /**
     * Answers handshakes with an HTTP status, 503 by default. `retryAfter`: seconds, said in the header of that name. Where
     * several rules apply to one handshake, the one made first.
     */
    readonly refuseDials: (
      selection?: DialSelection & { readonly status?: number | undefined; readonly retryAfter?: number | undefined }
    ) => Effect.Effect<void>
    /** Never answers handshakes. */
    readonly hangDials: (selection?: DialSelection) => Effect.Effect<void>
    /** Answers handshakes later. */
    readonly delayDials: (by: Duration.Input, selection?: DialSelection) => Effect.Effect<void>
    /** Accepts handshakes, and closes the sockets with a code: `after` so long, or else before anything is said. */
    readonly closeDials: (
      selection: DialSelection & { readonly code: number; readonly after?: Duration.Input | undefined }
    ) => Effect.Effect<void>
    /** Sheds load: takes so many handshakes a second and answers the rest with 503. */
    readonly limitDials: (perSecond: number) => Effect.Effect<void>
    /** Bears so many handshakes a second: takes one after the other, so that the more there are the longer each waits. */
    readonly queueDials: (perSecond: number) => Effect.Effect<void>
    /** Says no `hello` on sockets that open. */
    readonly loseHello: (selection?: DialSelection) => Effect.Effect<void>
    /** Drops all rules of the verbs above that name dials, and of `loseHello`. */
    readonly acceptDials: Effect.Effect<void>
    /** Answers asks in this way: of one team or of all, the next `times` or all that come. The one set last counts. */
    readonly answerAsks: (
      answer: Answer,
      options?: {
        readonly team?: TeamId | undefined
        readonly times?: number | undefined
      }
    ) => Effect.Effect<void>
    readonly configure: (behaviour: Partial<Behaviour>) => Effect.Effect<void>

    /** A live view of what the server knows. */
    readonly state: Effect.Effect<RehearsalState>
    /** Waits until the predicate holds of the state. It is asked at once, and again after changes. */
    readonly awaitState: (predicate: (state: RehearsalState) => boolean) => Effect.Effect<RehearsalState>
    /**
     * Waits until the client has read all that was said on sockets that are not muted, those that are being cut
     * included.
     */
    readonly settle: Effect.Effect<void>
  }
>()("botswain/rehearsal/Rehearsal") {}
