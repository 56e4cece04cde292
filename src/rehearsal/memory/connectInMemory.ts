import { Effect, Redacted } from "effect"
import { DialError, forbiddenAddress, refusedWith } from "../../services/DialError.ts"
import { type Dial, type Socket } from "../../services/Socket.ts"
import { answerUpgrade } from "../core/answerUpgrade.ts"
import type { Platform } from "../core/Platform.ts"
import { NameAnswer } from "./ClientMachine.ts"
import type { Machine } from "./Machine.ts"
import { MemoryConnection, type MemoryConnectionOptions } from "./MemoryConnection.ts"
import { MemoryTransport } from "./MemoryTransport.ts"
import type { Network } from "./Network.ts"

interface Parts extends Omit<MemoryConnectionOptions, "onEnd"> {
  readonly platform: Platform
  readonly network: Network
  readonly machine: Machine
  /** Origins that the platform listens at. */
  readonly origins: ReadonlySet<string>
}

const nobodyListens = new DialError({ reason: "unreachable", detail: "ECONNREFUSED" })

/** Lets a handshake that has come to the platform's end of the network be answered. */
const arrive = ({ address, network, origins, platform }: Parts, client: MemoryConnection, request: Dial): void => {
  if (!client.isDialling) return
  const url = new URL(Redacted.value(request.endpoint.url))
  if (!origins.has(url.origin)) return client.onRefused(nobodyListens)
  const addresses = request.addresses ?? (address === undefined ? [] : [address])
  if (addresses.length > 0 && !addresses.some(request.allowsAddress)) return client.onRefused(forbiddenAddress())
  client.abandonHandshake = answerUpgrade(platform, {
    path: url.pathname,
    headers: Object.fromEntries(
      Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), Redacted.value(value)])
    ),
    // In a turn, or the client could answer what is said at once before the socket hears anything.
    accept: (attach) =>
      network.turns.run(() => {
        if (!client.isDialling) return
        const transport = new MemoryTransport(client)
        client.onAccepted(transport)
        transport.attach(attach(transport))
      }),
    refuse: (status, retryAfter) =>
      client.onRefused(refusedWith(status, retryAfter === undefined ? undefined : retryAfter * 1_000))
  })
}

/** Makes `connect` of the client's socket: takes a descriptor, looks the name up if nobody has, and dials. */
export const connectInMemory = (parts: Parts): Socket["Service"]["connect"] => {
  const { machine, network } = parts
  return (request, receiver) =>
    Effect.sync(() => {
      const lack = machine.takeSocket()
      const client = new MemoryConnection(network, receiver, {
        ...parts,
        onEnd: () => {
          if (lack === undefined) machine.sockets--
        }
      })
      if (lack !== undefined) {
        client.failAtOnce(lack)
        return client
      }
      const proceed = () => client.pipe.toServer(() => arrive(parts, client, request))
      const { hostname } = request.endpoint
      if (request.addresses !== undefined || NameAnswer.$is("Found")(machine.nameOf(hostname))) proceed()
      else {
        const onFailure = (error: DialError) => client.onRefused(error)
        network.run(Effect.match(machine.resolve(hostname), { onSuccess: proceed, onFailure }))
      }
      return client
    })
}
