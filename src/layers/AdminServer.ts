import { createServer } from "node:http"
import { layer as nodeHttp } from "@effect/platform-node/NodeHttpServer"
import { Data, Effect, Layer } from "effect"

/** The admin surface cannot be offered at the address that was asked for. */
export class AdminUnavailable extends Data.TaggedError("AdminUnavailable")<{
  /** As Node has it: `EADDRINUSE`, say. */
  readonly code: string
}> {
  override get message() {
    return this.code === "EADDRINUSE" ? "the address is in use" : `cannot listen there (${this.code})`
  }
}

/** Connections that are taken at the same time: a deck has two or three. */
const mostConnections = 256

/** What requests that are under way may take when the end comes; a reader of events has no end of its own. */
const patience = "300 millis"

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : "unknown"

/** An HTTP server for operators, on Node. */
export const layer = (where: { readonly host: string; readonly port: number }) =>
  nodeHttp(
    () => {
      const server = createServer()
      server.maxConnections = mostConnections
      return server
    },
    { ...where, gracefulShutdownTimeout: patience }
  ).pipe(Layer.catch(({ cause }) => Layer.effectContext(Effect.fail(new AdminUnavailable({ code: codeOf(cause) })))))
