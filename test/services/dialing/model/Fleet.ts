import { DialPolicy, type DialTuning, ofAsks } from "../../../../src/services/dialing/policy/DialPolicy.ts"
import type { Bot } from "./Bot.ts"
import { Crowd } from "./Crowd.ts"
import type { Fault, Host } from "./Host.ts"
import { type Ladder, usual } from "./Ladder.ts"
import { seededRandom, shuffled } from "./random.ts"
import { global, Sessions } from "./Sessions.ts"
import { Timeline } from "./Timeline.ts"

export interface FleetOptions {
  readonly seed?: number
  readonly ladder?: Ladder
  readonly maxDials?: number
  readonly tuning?: Partial<DialTuning>
}

const maxRate = 10_000
/** As good as unlimited, since each bot has one. */
const mostAsks = 1_000_000

/** A fleet in virtual time, driven by two policies as dial control drives it: one over the hosts, one over Global. */
export class Fleet {
  readonly timeline = new Timeline()
  readonly random: () => number
  readonly sessions: Sessions
  /** Over the hosts. */
  readonly policy: DialPolicy<Bot>

  constructor({ ladder = usual, maxDials = 512, seed = 1, tuning }: FleetOptions = {}) {
    const { timeline } = this
    const random = seededRandom(seed)
    const asks = new DialPolicy<Bot>({ maxInFlight: mostAsks, maxRate }, random, { ...ofAsks, ...tuning })
    asks.keep(global, 0)
    this.random = random
    this.policy = new DialPolicy<Bot>({ maxInFlight: maxDials, maxRate }, random, tuning)
    this.sessions = new Sessions({ timeline, random, ladder, asks, dials: this.policy })
  }

  get now(): number {
    return this.timeline.now
  }

  /** Number of dials until now. */
  get dialled(): number {
    return this.sessions.dialled
  }

  /** Makes a crowd, which joins later. */
  crowd(size: number, host: Host, fault?: Fault | ((index: number) => Fault | undefined)): Crowd {
    return new Crowd(size, host, typeof fault === "function" ? fault : () => fault)
  }

  join(...crowds: ReadonlyArray<Crowd>): void {
    for (const bot of botsOf(crowds)) this.sessions.begin(bot)
  }

  joinShuffled(...crowds: ReadonlyArray<Crowd>): void {
    for (const bot of shuffled(this.random, botsOf(crowds))) this.sessions.begin(bot)
  }

  leave(...crowds: ReadonlyArray<Crowd>): void {
    for (const bot of botsOf(crowds)) this.sessions.end(bot)
  }

  cut(...crowds: ReadonlyArray<Crowd>): void {
    this.cutShare(1, ...crowds)
  }

  /** Cuts a share of the connections that are open, drawn by chance. */
  cutShare(share: number, ...crowds: ReadonlyArray<Crowd>): void {
    for (const bot of botsOf(crowds)) {
      if (bot.state === "open" && (share === 1 || this.random() < share)) this.sessions.lose(bot)
    }
  }

  run(millis: number): void {
    this.timeline.run(millis)
  }

  /** Milliseconds until something is the case; `Infinity` if it is not in time. */
  until(isDone: () => boolean, limit: number): number {
    const since = this.now
    return this.timeline.run(limit, isDone) ? this.now - since : Infinity
  }

  /** Milliseconds until all bots of a crowd are up; `Infinity` if they are not in time. */
  untilUp(crowd: Crowd, limit = 60_000): number {
    return this.until(() => crowd.areUp, limit)
  }
}

const botsOf = (crowds: ReadonlyArray<Crowd>): ReadonlyArray<Bot> => crowds.flatMap(({ bots }) => bots)
