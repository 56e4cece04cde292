import * as NodeWS from "@effect/platform-node/NodeWS"
import { Deferred, Effect, Exit } from "effect"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { GlobalServerCodec } from "../../src/wire/GlobalApi.ts"
import { TeamServerCodec } from "../../src/wire/TeamApi.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"

/** A client of the library `ws`, with nothing of ours between it and the server. */
export class RawClient {
  readonly ws: NodeWS.WebSocket
  readonly frames: Array<string> = []
  binaryFrames = 0
  pongs = 0
  code: number | undefined = undefined
  readonly handshake = Deferred.makeUnsafe<void, number>()
  readonly #watchers = new Set<() => void>()

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    const ws = new NodeWS.WebSocket(url, { headers, maxPayload: 1 << 20 })
    this.ws = ws
    ws.on("unexpected-response", (_request, response) => {
      Deferred.doneUnsafe(this.handshake, Exit.fail(response.statusCode ?? 0))
      ws.terminate()
    })
    ws.on("error", () => {})
    ws.on("open", () => this.#note(() => Deferred.doneUnsafe(this.handshake, Exit.void)))
    ws.on("message", (data: Buffer, isBinary) =>
      this.#note(() => {
        this.frames.push(data.toString())
        if (isBinary) this.binaryFrames++
      })
    )
    ws.on("pong", () => this.#note(() => this.pongs++))
    ws.on("close", (code) =>
      this.#note(() => {
        this.code = code
        Deferred.doneUnsafe(this.handshake, Exit.fail(0))
      })
    )
  }

  /** Waits until it is so; asked at once, and again when something was heard. */
  until(condition: (client: this) => boolean): Effect.Effect<void> {
    return Effect.callback((resume) => {
      const watcher = () => {
        if (!condition(this)) return
        this.#watchers.delete(watcher)
        resume(Effect.void)
      }
      this.#watchers.add(watcher)
      watcher()
      return Effect.sync(() => this.#watchers.delete(watcher))
    })
  }

  /** Waits for the end, and gives its code. */
  get closed(): Effect.Effect<number> {
    return Effect.map(
      this.until(({ code }) => code !== undefined),
      () => this.code ?? 0
    )
  }

  get events() {
    return this.frames.flatMap((frame) => {
      const decoded = GlobalServerCodec.decode(frame)
      return decoded._tag === "Event" ? [decoded.event] : []
    })
  }

  get messages(): Array<string> {
    return this.frames.flatMap((frame) => {
      const decoded = TeamServerCodec.decode(frame)
      return decoded._tag === "Event" && decoded.event.type === "message" ? [decoded.event.text] : []
    })
  }

  get urls(): Array<string> {
    return this.events.flatMap((event) => (event.type === "team.connect" ? [event.ws_url] : []))
  }

  sendJson(event: unknown): void {
    this.ws.send(JSON.stringify(event))
  }

  #note(change: () => void): void {
    change()
    for (const watcher of this.#watchers) watcher()
  }
}

/** Begins a handshake. The client is terminated when the Scope closes. */
export const dial = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  Effect.acquireRelease(
    Effect.sync(() => new RawClient(url, headers)),
    (client) => Effect.sync(() => client.ws.terminate())
  )

/** Opens a connection, or fails with the HTTP status of a refusal; 0 where there was none. */
export const connect = Effect.fnUntraced(function* (url: string, headers: Readonly<Record<string, string>> = {}) {
  const client = yield* dial(url, headers)
  yield* Deferred.await(client.handshake)
  return client
})

export const connectGlobal = Effect.gen(function* () {
  const { globalUrl } = yield* Rehearsal
  return yield* connect(globalUrl)
})

/** A new URL of a team, heard on Global without an ask. */
export const urlOf = Effect.fnUntraced(function* (global: RawClient, id: TeamId) {
  const rehearsal = yield* Rehearsal
  const before = global.urls.length
  yield* rehearsal.offer(id)
  yield* global.until(({ urls }) => urls.length > before)
  return global.urls[before] ?? (yield* Effect.die("there was no offer"))
})

/** Joins a team, connects it and waits for its hello. */
export const connectTeam = Effect.fnUntraced(function* (global: RawClient, id: TeamId) {
  const rehearsal = yield* Rehearsal
  yield* rehearsal.join(id)
  const team = yield* connect(yield* urlOf(global, id))
  yield* team.until(({ frames }) => frames.length === 1)
  return team
})
