import { Clock, Effect, Layer, Queue, Stream } from "effect"
import { Inbox, type InboxMessage } from "../services/Inbox.ts"
import { LeakAudit } from "../services/LeakAudit.ts"
import { Stats } from "../services/Stats.ts"
import type { TeamId } from "../wire/TeamId.ts"

/** Numbers of messages that may wait. */
export interface InboxLimits {
  /** Messages of one team, 1 or more. Default 64. */
  readonly perTeam?: number
  /** Messages of all teams, 1 or more. Default 16,384. */
  readonly total?: number
  /** Characters of all messages, 1 or more. Default 32 Mi. */
  readonly characters?: number
}

const defaultCharacters = 32 * 1024 * 1024

/** Holds the messages of a team for as long as one of them waits, or one is being handled. */
class Box {
  readonly teamId: TeamId
  readonly messages: Array<InboxMessage> = []

  constructor(teamId: TeamId) {
    this.teamId = teamId
  }
}

/** Buffers in this process. The newest message is the one that is dropped. */
export const layer = ({ characters = defaultCharacters, perTeam = 64, total = 16_384 }: InboxLimits = {}): Layer.Layer<
  Inbox,
  never,
  Stats
> =>
  Layer.effect(
    Inbox,
    Effect.gen(function* () {
      const stats = yield* Stats
      const clock = yield* Clock.Clock
      const boxes = new Map<TeamId, Box>()
      let waiting = 0
      let waitingCharacters = 0
      // The boxes to read from, in turn. None is in it twice and none is empty, so it cannot hold more than `total`.
      const ready = yield* Queue.bounded<Box>(total)
      const readers = () => (ready.state._tag === "Done" ? 0 : ready.state.takers.size)
      ;(yield* LeakAudit).add({ what: "readers of the inbox", until: "closed", count: readers })

      const take = (box: Box): InboxMessage => {
        const message = box.messages.shift()!
        waiting--
        waitingCharacters -= message.text.length
        return message
      }

      const putBack = (box: Box): void => {
        if (box.messages.length > 0) Queue.offerUnsafe(ready, box)
        else boxes.delete(box.teamId)
      }

      // Uninterruptible from here to `putBack`: a box that is lost on the way would be a team that is never heard again.
      const withBox = <A, E, R>(
        use: (
          box: Box,
          restore: <B, F, S>(effect: Effect.Effect<B, F, S>) => Effect.Effect<B, F, S>
        ) => Effect.Effect<A, E, R>
      ): Effect.Effect<A, E, R> =>
        Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(restore(Queue.take(ready)), (box) =>
            Effect.ensuring(
              use(box, restore),
              Effect.sync(() => putBack(box))
            )
          )
        )

      return {
        offer: (teamId, text, receivedAt = clock.currentTimeMillisUnsafe()) => {
          const known = boxes.get(teamId)
          // However long a message is, it is taken where no other waits.
          const isTooLong = waiting > 0 && waitingCharacters + text.length > characters
          const isFull = waiting >= total || isTooLong
          if (isFull || (known !== undefined && known.messages.length >= perTeam)) {
            return stats.tally("inbox.overflow")
          }
          const box = known ?? new Box(teamId)
          box.messages.push({ teamId, text, receivedAt })
          waiting++
          waitingCharacters += text.length
          if (known !== undefined) return
          boxes.set(teamId, box)
          Queue.offerUnsafe(ready, box)
        },
        messages: Stream.fromEffectRepeat(withBox((box) => Effect.sync(() => take(box)))),
        turn: (use) => withBox((box, restore) => restore(Effect.suspend(() => use(take(box)))))
      }
    })
  )
