import { layer as nodeHttp } from "@effect/platform-node/NodeHttpServer"
import { Data, Effect, Layer } from "effect"
import { errorCode } from "../node/errorCode.ts"
import { createServer } from "../node/http.ts"

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the address is in use; another port is needed (0 for any that is free), or off",
  EADDRNOTAVAIL: "this computer has no such address",
  ENOTFOUND: "the name has no address",
  EAI_AGAIN: "the name has no address",
  EACCES: "that port is not for this user to listen on"
}

/** The admin surface cannot be offered at the address that was asked for. */
export class AdminUnavailable extends Data.TaggedError("AdminUnavailable")<{
  /** As Node has it: `EADDRINUSE`, say. */
  readonly code: string
}> {
  override get message() {
    return reasons[this.code] ?? `cannot listen there (${this.code})`
  }
}

/** Connections that are taken at the same time: a deck has two or three. */
const mostConnections = 256

/** What requests that are under way may take when the end comes; a reader of events has no end of its own. */
const patience = "300 millis"

/** An HTTP server for operators, on Node. */
export const layer = (where: { readonly host: string; readonly port: number }) =>
  nodeHttp(
    () => {
      const server = createServer()
      server.maxConnections = mostConnections
      return server
    },
    { ...where, gracefulShutdownTimeout: patience }
  ).pipe(
    Layer.catch(({ cause }) =>
      Layer.effectContext(Effect.fail(new AdminUnavailable({ code: errorCode(cause) ?? "unknown" })))
    )
  )
