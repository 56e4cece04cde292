import type { Scheduler } from "effect"
import type { TeamId } from "../wire/TeamId.ts"
import type { BotWorker } from "./BotWorkers.ts"
import type { Feed } from "./Feed.ts"

/** Gives a bot what waits for it: what was read in one turn of the event loop goes to it together, in the next. */
export class Feeder {
  readonly feed: Feed
  readonly #dispatcher: Scheduler.SchedulerDispatcher
  #worker: BotWorker | undefined = undefined
  #isDue = false

  constructor(feed: Feed, scheduler: Scheduler.Scheduler) {
    this.feed = feed
    this.#dispatcher = scheduler.makeDispatcher()
  }

  /** True while there is a bot that takes messages. */
  get isAttached(): boolean {
    return this.#worker !== undefined
  }

  attach(worker: BotWorker): void {
    this.#worker = worker
    if (this.feed.waiting > 0) this.#giveSoon()
  }

  detach(): void {
    this.#worker = undefined
  }

  /** Takes a message. False if there was no room for it. */
  offer(teamId: TeamId, text: string, receivedAt: number): boolean {
    const isTaken = this.feed.offer(teamId, text, receivedAt)
    if (isTaken && this.#worker !== undefined) this.#giveSoon()
    return isTaken
  }

  /** Gives all that waits, and asks the bot to come to its end after it. */
  drain(): void {
    while (this.feed.waiting > 0) this.#worker?.post(this.feed.take())
    this.#worker?.post("drain")
  }

  #giveSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#dispatcher.scheduleTask(this.#give, 0)
  }

  readonly #give = (): void => {
    this.#isDue = false
    if (this.#worker === undefined || this.feed.waiting === 0) return
    this.#worker.post(this.feed.take())
    if (this.feed.waiting > 0) this.#giveSoon()
  }
}
