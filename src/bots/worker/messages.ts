import { Context, Effect, Layer } from "effect"
import * as InboxMemory from "../../layers/InboxMemory.ts"
import * as StatsMemory from "../../layers/StatsMemory.ts"
import { Inbox } from "../../services/Inbox.ts"
import { Stats } from "../../services/Stats.ts"
import type { Batch, BotStart } from "../protocol.ts"
import type { Ledger } from "./Ledger.ts"

/** Takes a batch of messages for the bot. */
export class BatchIntake extends Context.Service<BatchIntake, { readonly take: (batch: Batch) => void }>()(
  "botswain/bots/worker/messages/BatchIntake"
) {}

/** The inbox that the bot reads from in its thread or process, where a ledger keeps account of every message. */
export const layer = (
  { perTeam, total }: Pick<BotStart, "perTeam" | "total">,
  ledger: Ledger
): Layer.Layer<BatchIntake | Inbox | Stats> => {
  let isFull = false
  const counted = Layer.effect(
    Stats,
    Effect.map(Stats, (stats) => ({
      ...stats,
      tally: (incident, times) => {
        if (incident === "inbox.overflow") isFull = true
        if (incident === "bot.failed") ledger.failed()
        stats.tally(incident, times)
      }
    }))
  ).pipe(Layer.provide(StatsMemory.layer))

  const intake = Layer.effectContext(
    Effect.map(Inbox, (inbox) => {
      const take = (batch: Batch): void => {
        for (let at = 0; at + 2 < batch.length; at += 3) {
          const text = String(batch[at + 1])
          isFull = false
          ledger.taken()
          inbox.offer(batch[at]!, text, Number(batch[at + 2]))
          if (isFull) ledger.overflowed(text)
        }
      }
      const turn: Inbox["Service"]["turn"] = (use) =>
        inbox.turn((message) =>
          Effect.ensuring(
            use(message),
            Effect.sync(() => ledger.done(message.text))
          )
        )
      return Context.make(Inbox, Inbox.of({ ...inbox, turn })).pipe(Context.add(BatchIntake, { take }))
    })
  )
  return intake.pipe(Layer.provide(InboxMemory.layer({ perTeam, total })), Layer.provideMerge(counted))
}
