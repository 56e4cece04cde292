import { setTimeout as sleep } from "node:timers/promises"
import type { Line, Teams } from "./Teams.ts"

/** Bytes of each message: 0.93 MiB, below the frame limit, and never all of it. */
const bytes = 975_175
const fragments = 15
/** Between two fragments of a message, or two pings once it has stopped. In milliseconds. */
const turn = 200

const ping = Buffer.from([0x89, 0])

/** A fragment of a text message that goes on, with a ping behind it: RFC 6455 section 5.4. */
const fragment = (first: boolean): Buffer => {
  const size = Math.ceil(bytes / fragments)
  const head = Buffer.from([first ? 0x01 : 0x00, 126, size >> 8, size & 0xff])
  return Buffer.concat([head, Buffer.alloc(size, "x"), ping])
}

const begin = fragment(true)
const more = fragment(false)

/** Begins a message on each connection, also on those that are new, and goes on with pings. Ends after so many seconds. */
export const talkWithoutEnd = async (teams: Teams, seconds: number): Promise<void> => {
  const said = new WeakMap<Line, number>()
  for (const until = performance.now() + seconds * 1000; performance.now() < until; await sleep(turn)) {
    for (const line of teams.lines) {
      const count = said.get(line) ?? 0
      // One that has begun to close is written to no more.
      if (line.ws.readyState !== line.ws.OPEN) continue
      line.midMessage = true
      line.socket.write(count === 0 ? begin : count < fragments ? more : ping)
      said.set(line, count + 1)
    }
  }
}
