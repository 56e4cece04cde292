import { Effect, Redacted, Result } from "effect"
import { type MemoryOptions, layerMemory } from "../../src/rehearsal/memory/RehearsalMemory.ts"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { type Closed, type Connection, Socket } from "../../src/services/Socket.ts"
import { Endpoint } from "../../src/wire/Endpoint.ts"
import {
  type GlobalClientEvent,
  GlobalClientCodec,
  type GlobalServerEvent,
  GlobalServerCodec
} from "../../src/wire/GlobalApi.ts"
import { type TeamServerEvent, TeamClientCodec, TeamServerCodec } from "../../src/wire/TeamApi.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"

/** Runs a test on the in-memory server. */
export const inMemory = (options?: MemoryOptions) => Effect.provide(layerMemory(options))

export interface DialOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly onFrame?: (frame: string) => void
  readonly allowsAddress?: (address: string) => boolean
}

/** A connection, and all that it heard. */
export class Client {
  readonly frames: Array<string> = []
  readonly closes: Array<Closed> = []
  controls = 0
  connection: Connection
  constructor(connection: Connection) {
    this.connection = connection
  }

  /** The events that it heard on Global. */
  get events(): Array<GlobalServerEvent> {
    return this.frames.flatMap((frame) => {
      const decoded = GlobalServerCodec.decode(frame)
      return decoded._tag === "Event" ? [decoded.event] : []
    })
  }

  /** The events that it heard on its team's connection. */
  get teamEvents(): Array<TeamServerEvent> {
    return this.frames.flatMap((frame) => {
      const decoded = TeamServerCodec.decode(frame)
      return decoded._tag === "Event" ? [decoded.event] : []
    })
  }

  get messages(): Array<string> {
    return this.teamEvents.flatMap((event) => (event.type === "message" ? [event.text] : []))
  }

  get urls(): Array<string> {
    return this.events.flatMap((event) => (event.type === "team.connect" ? [event.ws_url] : []))
  }

  tell(event: GlobalClientEvent): void {
    this.connection.post(GlobalClientCodec.encode(event))
  }

  ask(team_id: TeamId): void {
    this.tell({ type: "team.connect", team_id })
  }

  pingTeam(unique_id: number): void {
    this.connection.post(TeamClientCodec.encode({ type: "ping", unique_id }))
  }
}

/** Begins a connection. */
export const dial = Effect.fnUntraced(function* (url: string, options: DialOptions = {}) {
  const socket = yield* Socket
  const heard: { client: Client | undefined } = { client: undefined }
  const connection = yield* socket.connect(
    {
      endpoint: Result.getOrThrow(Endpoint.parse(url)),
      headers: Object.fromEntries(
        Object.entries(options.headers ?? {}).map(([name, value]) => [name, Redacted.make(value)])
      ),
      allowsAddress: options.allowsAddress ?? (() => true)
    },
    {
      onFrame: (frame) => {
        heard.client?.frames.push(frame)
        options.onFrame?.(frame)
      },
      onControl: () => {
        if (heard.client) heard.client.controls++
      },
      onClosed: (closed) => void heard.client?.closes.push(closed)
    }
  )
  return (heard.client = new Client(connection))
})

/** Lets both ends do what is due now. */
export const turn = Effect.andThen(Effect.yieldNow, Effect.yieldNow)

export const connect = Effect.fnUntraced(function* (url: string, options: DialOptions = {}) {
  const client = yield* dial(url, options)
  yield* client.connection.opened
  // The fiber goes on in the instant that the handshake is done, before the hello that follows it is read.
  yield* turn
  return client
})

export const connectGlobal = Effect.gen(function* () {
  const { globalUrl } = yield* Rehearsal
  return yield* connect(globalUrl)
})

/** A new URL of a team, heard on Global without an ask. */
export const urlOf = Effect.fnUntraced(function* (global: Client, id: TeamId) {
  const rehearsal = yield* Rehearsal
  const before = global.urls.length
  yield* rehearsal.offer(id)
  return global.urls[before] ?? (yield* Effect.die("there was no offer"))
})

/** Joins a team and connects it. */
export const connectTeam = Effect.fnUntraced(function* (global: Client, id: TeamId, options: DialOptions = {}) {
  const rehearsal = yield* Rehearsal
  yield* rehearsal.join(id)
  return yield* connect(yield* urlOf(global, id), options)
})
