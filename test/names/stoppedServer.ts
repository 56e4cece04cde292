import { spawn } from "node:child_process"
import { connect, type Socket as NetSocket } from "node:net"
import { Deferred, Effect, type Scope } from "effect"

/** A server that passes all on to 127.0.0.1, in a process of its own. */
const script = (host: string, port: number) => `
  const net = require("node:net")
  net.createServer((from) => {
    const to = net.connect(${port}, "127.0.0.1")
    from.pipe(to).pipe(from)
    for (const socket of [from, to]) socket.on("error", () => { from.destroy(); to.destroy() })
  }).listen({ host: "${host}", port: ${port}, backlog: 1 }, () => process.stdout.write("listens"))
`

/** True if a connection is up within so many milliseconds. */
const connects = (host: string, port: number, sockets: Array<NetSocket>, within: number): Effect.Effect<boolean> =>
  Effect.callback<boolean>((resume) => {
    const socket = connect({ host, port }).on("error", () => {})
    sockets.push(socket)
    socket.once("connect", () => resume(Effect.succeed(true)))
  }).pipe(Effect.timeoutOrElse({ duration: within, orElse: () => Effect.succeed(false) }))

/** A server that takes no connection yet. */
export interface StoppedServer {
  readonly goOn: Effect.Effect<void>
}

/**
 * A server that takes no connection until it goes on: its process is stopped, and its backlog is full, so the kernel drops
 * what wants to connect. Afterwards it passes all on to 127.0.0.1, at the same port.
 */
export const stoppedServer = (host: string, port: number): Effect.Effect<StoppedServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(process.execPath, ["-e", script(host, port)], { stdio: ["ignore", "pipe", "inherit"] })),
      (child) => Effect.sync(() => void child.kill("SIGKILL"))
    )
    const listens = yield* Deferred.make<void>()
    child.stdout.once("data", () => Deferred.doneUnsafe(listens, Effect.void))
    yield* Deferred.await(listens)
    child.kill("SIGSTOP")
    const sockets: Array<NetSocket> = []
    yield* Effect.addFinalizer(() => Effect.sync(() => sockets.forEach((socket) => socket.destroy())))
    while (yield* connects(host, port, sockets, 200));
    const goOn = Effect.sync(() => {
      for (const socket of sockets) socket.destroy()
      child.kill("SIGCONT")
    })
    return { goOn }
  })
