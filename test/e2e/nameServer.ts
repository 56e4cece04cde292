import { createSocket } from "node:dgram"
import { Effect, type Scope } from "effect"

/** A name server that is silent on names with "dead" in them, knows those with "ok", and no other. */
export interface NameServer {
  readonly address: string
  /** Ports that it has been asked from. */
  readonly askedFrom: ReadonlySet<number>
}

const types = { a: 1, aaaa: 28 } as const

/** The name in a question, the type that is asked for, and where the question ends. RFC 1035 section 4.1. */
const readQuestion = (message: Buffer) => {
  const labels: Array<string> = []
  let at = 12
  for (let size = message[at]!; size > 0; size = message[at]!) {
    labels.push(message.toString("latin1", at + 1, at + 1 + size))
    at += 1 + size
  }
  return { name: labels.join("."), type: message.readUInt16BE(at + 1), end: at + 5 }
}

/** An answer with one record, or none; `code` 3 says that there is no such name. */
const answerOf = (message: Buffer, end: number, type: number, code: number, data: Buffer | undefined): Buffer => {
  const head = Buffer.from(message.subarray(0, 12))
  head.writeUInt16BE(0x8180 | code, 2)
  head.writeUInt16BE(data === undefined ? 0 : 1, 6)
  head.fill(0, 8)
  const question = message.subarray(12, end)
  if (data === undefined) return Buffer.concat([head, question])
  const record = Buffer.alloc(12)
  record.writeUInt16BE(0xc00c, 0)
  record.writeUInt16BE(type, 2)
  record.writeUInt16BE(1, 4)
  record.writeUInt32BE(5, 6)
  record.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, question, record, data])
}

const ipv4 = Buffer.from([192, 0, 2, 1])
const ipv6 = Buffer.from("20010db8000000000000000000000001", "hex")

export const nameServer: Effect.Effect<NameServer, never, Scope.Scope> = Effect.gen(function* () {
  const askedFrom = new Set<number>()
  const socket = createSocket("udp4", (message, { address, port }) => {
    askedFrom.add(port)
    const { end, name, type } = readQuestion(message)
    if (name.includes("dead")) return
    const has6 = name.includes("both")
    const data = type === types.a ? ipv4 : type === types.aaaa && has6 ? ipv6 : undefined
    const answer = name.includes("ok")
      ? answerOf(message, end, type, 0, data)
      : answerOf(message, end, type, 3, undefined)
    socket.send(answer, port, address)
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void socket.bind(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => socket.close())
  )
  return { address: `127.0.0.1:${socket.address().port}`, askedFrom }
})
