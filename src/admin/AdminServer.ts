import { layer as nodeHttp } from "@effect/platform-node/NodeHttpServer"
import { Data, Effect, Layer } from "effect"
import { errorCode } from "../node/errorCode.ts"
import { createServer } from "../node/http.ts"
import { Descriptors } from "../services/Descriptors.ts"
import { adminConnections } from "../services/descriptors/room.ts"
import type { AdminValues } from "./AdminSettings.ts"
import { boundConnections, boundsOf } from "./boundConnections.ts"

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the address is in use; another port is needed (0 for any that is free), or off",
  EADDRNOTAVAIL: "this computer has no such address",
  ENOTFOUND: "the name has no address",
  EAI_AGAIN: "the name has no address",
  EACCES: "that port is not for this user to listen on"
}

/** Failure to listen at the address of the admin surface. */
export class AdminUnavailable extends Data.TaggedError("AdminUnavailable")<{
  /** Code of Node's error: `EADDRINUSE`, say. */
  readonly code: string
}> {
  override get message() {
    return reasons[this.code] ?? `cannot listen there (${this.code})`
  }
}

/**
 * Bounds for sending a request and for the time between two, in milliseconds. With the time between two looks, and a second
 * that Node adds to the time between two requests, what is slow or idle is gone within five seconds.
 */
const requestBounds = {
  headersTimeout: 4_000,
  requestTimeout: 4_000,
  connectionsCheckingInterval: 500,
  keepAliveTimeout: 4_000
}

/** Time in which who is answered must read something, in milliseconds. */
const readTimeout = 30_000

/** Time that open requests may take at the end; a reader of events never ends by itself. */
const shutdownTimeout = "300 millis"

/** Listens for operators on Node's HTTP server. Fails with `AdminUnavailable` where it cannot. */
export const layer = ({ loopback, ...where }: Pick<AdminValues, "host" | "loopback" | "port">) =>
  Layer.unwrap(
    Effect.map(Descriptors, ({ allowed }) =>
      nodeHttp(
        () => {
          const server = createServer(requestBounds)
          server.timeout = readTimeout
          boundConnections(server, boundsOf(adminConnections(allowed()), loopback))
          return server
        },
        { ...where, gracefulShutdownTimeout: shutdownTimeout }
      )
    )
  ).pipe(
    Layer.catch(({ cause }) =>
      Layer.effectContext(Effect.fail(new AdminUnavailable({ code: errorCode(cause) ?? "unknown" })))
    )
  )
