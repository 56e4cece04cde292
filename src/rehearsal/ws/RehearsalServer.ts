import { randomBytes } from "node:crypto"
import { Effect, Layer } from "effect"
import { CloseCode } from "../../services/Socket.ts"
import { makePlatform } from "../core/Platform.ts"
import { makeVerbs } from "../core/verbs.ts"
import { type Behaviour, Cut, Rehearsal } from "../Rehearsal.ts"
import { acceptUpgrades } from "./acceptUpgrades.ts"
import { listen } from "./listen.ts"
import type { ListenError } from "./ListenError.ts"

/** Settings of a rehearsal server. */
export interface ServerOptions extends Partial<Behaviour> {
  /** The address to listen on. Default 127.0.0.1: this computer only. */
  readonly host?: string | undefined
  /** Default 0: any that is free. */
  readonly port?: number | undefined
  /** Number of ports that the URLs of teams are spread over: the first is that of Global, the others any that are free. Default 1. */
  readonly hosts?: number | undefined
  /** Bytes of the largest frame that the server reads. Default 1 MiB. */
  readonly maxFrame?: number | undefined
}

/** Milliseconds that clients have to answer the close frame when the server shuts down. */
const drainTimeout = 1_000

const make = Effect.fnUntraced(function* (options: ServerOptions) {
  const { host = "127.0.0.1", hosts = 1, maxFrame = 1 << 20, port = 0, ...behaviour } = options
  const server = yield* listen({ host, port })
  const others = yield* Effect.forEach(Array.from({ length: hosts - 1 }), () => listen({ host, port: 0 }))
  const servers = [server, ...others]
  const platform = yield* makePlatform({
    hosts: servers.map((each) => each.host),
    // The one place where chance does not come from Effect's Random: that can be seeded, and these must not be guessed.
    mint: () => randomBytes(18).toString("base64url"),
    behaviour
  })
  for (const { http } of servers) acceptUpgrades(platform, http, maxFrame)
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => platform.shutDown(Cut.CloseFrame({ code: CloseCode.goingAway }))).pipe(
      Effect.andThen(
        platform.changes.until(() => platform.state.openSockets + platform.state.global.openSockets === 0)
      ),
      Effect.timeoutOption(drainTimeout)
    )
  )
  return makeVerbs(platform, `ws://${server.host}/global`)
})

/**
 * A rehearsal server on a real WebSocket. Dial `Rehearsal.globalUrl`. When its Scope closes it sends close code 1001 to
 * its clients, and drops those that have not answered within a second.
 */
export const layerServer = (options: ServerOptions = {}): Layer.Layer<Rehearsal, ListenError> =>
  Layer.effect(Rehearsal, make(options))
