import { Effect } from "effect"
import type { Connection } from "../../../src/services/Socket.ts"
import { decorateSocket, type PlantedBug } from "./PlantedBug.ts"

const isAnswer = (frame: string) => frame.startsWith(`{"type":"healthcheck"`)

/** Answers that are sent in one go before this one forgets the rest. */
const mostAtOnce = 100

/** Bugs of how a slow peer is borne, one that does not read, and one that asks too much. */
export const slownessBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "bytes of a message that is not whole are no sign of life",
    invariant: "healthy-peer",
    within: 30,
    standIn: decorateSocket({ receiver: () => ({ onPart: () => {} }) })
  },
  {
    bug: "an answer that is waited for without a bound",
    invariant: "connected",
    detail: /has not taken an answer/,
    within: 60,
    standIn: decorateSocket({
      connection: (connection) => ({ send: (frame) => Effect.uninterruptible(connection.send(frame)) })
    })
  },
  {
    bug: "an answer that is not taken is given up, and its connection is not",
    invariant: "healthcheck",
    within: 60,
    standIn: decorateSocket({
      connection: (connection) => {
        let untaken = false
        return {
          send: (frame) =>
            Effect.onInterrupt(connection.send(frame), () =>
              Effect.sync(() => {
                untaken = true
              })
            ),
          terminate: () => {
            if (!untaken) connection.terminate()
            untaken = false
          }
        }
      }
    })
  },
  {
    bug: "frames that wait until an answer is taken",
    invariant: "one-socket",
    detail: /the team has left/,
    within: 100,
    standIn: holdsFramesWhileItSends()
  },
  {
    bug: "healthchecks by the hundred, of which only so many are answered",
    invariant: "healthcheck",
    detail: /no answer/,
    within: 20,
    standIn: decorateSocket({
      connection: (connection) => {
        let [last, times] = ["", 0]
        return {
          send: (frame) => {
            times = frame === last ? times + 1 : 0
            last = frame
            return isAnswer(frame) && times >= mostAtOnce ? Effect.void : connection.send(frame)
          }
        }
      }
    })
  }
]

/** Keeps what comes on a connection until what is being sent on it has been taken. */
function holdsFramesWhileItSends(): PlantedBug["standIn"] {
  /** What is held of each connection, by its receiver: the one that was made last belongs to the next connection. */
  let latest: { held: Array<() => void> | undefined } = { held: undefined }
  return decorateSocket({
    receiver: (receiver) => {
      const gate: typeof latest = { held: undefined }
      latest = gate
      return {
        onFrame: (frame) => {
          if (gate.held === undefined) receiver.onFrame(frame)
          else gate.held.push(() => receiver.onFrame(frame))
        }
      }
    },
    connection: (connection: Connection) => {
      const gate = latest
      return {
        send: (frame) =>
          Effect.suspend(() => {
            gate.held = []
            return Effect.ensuring(
              connection.send(frame),
              Effect.sync(() => {
                const held = gate.held ?? []
                gate.held = undefined
                for (const read of held) read()
              })
            )
          })
      }
    }
  })
}
