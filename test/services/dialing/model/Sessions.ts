import type { DialPolicy } from "../../../../src/services/dialing/policy/DialPolicy.ts"
import type { Bot } from "./Bot.ts"
import type { Answer } from "./Host.ts"
import { failuresAfter, type Ladder, restAfter } from "./Ladder.ts"
import { Line } from "./Line.ts"
import type { Timeline } from "./Timeline.ts"

/** How long a connection lives that the host closes soon. */
const soon = 1_500
/** Milliseconds of our own CPU that a dial takes. */
const dialCost = 0.2
/** Milliseconds from an ask to its answer. */
const askLatency = 2
/** Time for which the address of a name is kept. */
const lookupLives = 5_000

/** Key of Global as what answers asks. */
export const global = "Global"

/** What sessions run on. */
export interface World {
  readonly timeline: Timeline
  readonly random: () => number
  readonly ladder: Ladder
  readonly asks: DialPolicy<Bot>
  readonly dials: DialPolicy<Bot>
}

/** Sessions of bots: they ask, dial, are open, back off and try again, and tell the policies what dial control tells them. */
export class Sessions {
  readonly asks: Line
  readonly dials: Line
  /** How Global answers asks. */
  asksEnd: "offer" | "error" | "silence" = "offer"
  /** Number of connections that our own machine has room for, and whether a dial fails of what it lacks. */
  sockets = Infinity
  lacksPorts = false
  asked = 0
  dialled = 0
  #openSockets = 0
  #cpuFreeAt = 0
  readonly #ladder: Ladder
  readonly #random: () => number
  readonly #timeline: Timeline

  constructor({ asks, dials, ladder, random, timeline }: World) {
    this.#ladder = ladder
    this.#random = random
    this.#timeline = timeline
    this.asks = new Line(asks, timeline, {
      room: () => Infinity,
      start: (bot) => this.#ask(bot),
      // Asks have no offer that could have to be renewed.
      resume: () => {},
      giveUp: (bot) => this.#fail(bot),
      wake: (bot) => this.#wake(bot)
    })
    this.dials = new Line(dials, timeline, {
      room: () => this.sockets - this.#openSockets,
      start: (bot) => this.#dial(bot),
      resume: (bot) => this.#handshake(bot),
      giveUp: (bot) => this.#giveUp(bot),
      wake: (bot) => this.#wake(bot)
    })
  }

  begin(bot: Bot): void {
    bot.failures = 0
    this.#attempt(bot)
  }

  end(bot: Bot): void {
    if (bot.state === "dialing" || bot.state === "open") this.#openSockets--
    bot.enter("out")
    const { ask, dial } = bot
    if (ask !== undefined) this.asks.tell(() => this.asks.policy.leave(ask))
    if (dial !== undefined) this.dials.tell(() => this.dials.policy.leave(dial))
    bot.ask = undefined
    bot.dial = undefined
    bot.hasBeenOffered = false
  }

  /** There is a new Global connection. */
  news(): void {
    this.asks.tell((now) => this.asks.policy.news(now))
    this.dials.tell((now) => this.dials.policy.news(now))
  }

  /** Ends a connection that is open, by no wish of ours. */
  lose(bot: Bot): void {
    this.#openSockets--
    this.dials.tell((now) => this.dials.policy.lost(bot.dial!, now))
    this.#rest(bot, failuresAfter(this.#ladder, bot.failures, this.#now - bot.openedAt))
  }

  get #now(): number {
    return this.#timeline.now
  }

  /** Goes on with a bot later, if it has taken no other step by then. */
  #later(bot: Bot, millis: number, goOn: () => void): void {
    const { steps } = bot
    this.#timeline.at(this.#now + millis, () => {
      if (bot.steps === steps) goOn()
    })
  }

  #attempt(bot: Bot): void {
    bot.enter("awaits ask")
    if (bot.dial !== undefined) this.dials.policy.roused(bot.dial)
    this.asks.tell((now) => {
      bot.ask ??= this.asks.policy.enter(global, bot, now, bot.hasBeenOffered)
      this.asks.policy.ready(bot.ask, now)
    })
  }

  #ask(bot: Bot): void {
    bot.enter("asking")
    this.#sendAsk(bot, (end) => {
      const { policy } = this.asks
      const ask = bot.ask!
      if (end !== "offer") {
        this.asks.tell((now) => policy.outcome(ask, end === "silence" ? "timeout" : "refused", now))
        return this.#fail(bot)
      }
      this.asks.tell((now) => {
        policy.outcome(ask, "opened", now)
        policy.leave(ask)
      })
      bot.ask = undefined
      bot.hasBeenOffered = true
      this.#resolve(bot)
    })
  }

  #sendAsk(bot: Bot, answered: (end: Sessions["asksEnd"]) => void): void {
    const { asksEnd } = this
    this.asked++
    this.#later(bot, asksEnd === "silence" ? this.#ladder.connectTimeout : askLatency, () => {
      bot.offeredAt = this.#now
      answered(asksEnd)
    })
  }

  /** Waits for the address of the host's name: one look-up for all who wait. */
  #resolve(bot: Bot): void {
    const { host } = bot
    bot.enter("resolving")
    if (this.#now - host.knownAt > lookupLives) host.knownAt = this.#now + host.lookup
    if (this.#now >= host.knownAt) this.#awaitDial(bot)
    else this.#later(bot, host.knownAt - this.#now, () => this.#awaitDial(bot))
  }

  #awaitDial(bot: Bot): void {
    bot.enter("awaits dial")
    this.dials.tell((now) => {
      bot.dial ??= this.dials.policy.enter(bot.host.key, bot, now)
      this.dials.policy.ready(bot.dial, now)
    })
  }

  #dial(bot: Bot): void {
    bot.enter("dialing")
    this.#openSockets++
    if (this.#now - bot.offeredAt <= this.#ladder.connectTimeout) return this.#handshake(bot)
    // The offer has grown old in the line: another one first.
    this.dials.policy.renewing(bot.dial!)
    this.#sendAsk(bot, (end) => {
      const { policy } = this.dials
      if (end !== "offer") {
        this.#openSockets--
        this.dials.tell(() => policy.withdraw(bot.dial!))
        return this.#fail(bot)
      }
      this.dials.tell(() => policy.renewed(bot.dial!))
    })
  }

  #handshake(bot: Bot): void {
    if (this.lacksPorts) return this.#later(bot, 0, () => this.#dialEnded(bot, "local"))
    const deadline = this.#now + this.#ladder.connectTimeout
    this.#cpuFreeAt = Math.max(this.#now, this.#cpuFreeAt) + dialCost
    this.#later(bot, this.#cpuFreeAt - this.#now, () => {
      this.dialled++
      const answer = bot.host.answer(bot.fault, this.#now)
      const isMissed = answer.fault === "hangs" || this.#now + answer.after > deadline
      if (isMissed) this.#later(bot, deadline - this.#now, () => this.#dialEnded(bot, "timeout"))
      else this.#later(bot, answer.after, () => this.#answered(bot, answer, deadline))
    })
  }

  #answered(bot: Bot, { fault }: Answer, deadline: number): void {
    if (fault === "refuses") return this.#dialEnded(bot, "refused")
    this.dials.policy.answered(bot.dial!)
    if (fault === "closes") return this.#dialEnded(bot, "refused")
    if (fault === "says nothing") return this.#later(bot, deadline - this.#now, () => this.#dialEnded(bot, "timeout"))
    bot.openedAt = this.#now
    bot.enter("open")
    this.dials.tell((now) => this.dials.policy.outcome(bot.dial!, "opened", now))
    if (fault === "closes soon") this.#later(bot, soon, () => this.lose(bot))
  }

  #dialEnded(bot: Bot, outcome: "refused" | "timeout" | "local"): void {
    const { policy } = this.dials
    const { retryAfter } = bot.host
    this.#openSockets--
    this.dials.tell((now) => {
      if (outcome === "refused" && retryAfter !== undefined) policy.retryAfter(bot.dial!, now + retryAfter)
      policy.outcome(bot.dial!, outcome, now)
    })
    if (outcome === "local") this.#awaitDial(bot)
    else this.#fail(bot)
  }

  #giveUp(bot: Bot): void {
    this.#openSockets--
    this.#fail(bot)
  }

  #fail(bot: Bot): void {
    this.#rest(bot, bot.failures + 1)
  }

  #rest(bot: Bot, failures: number): void {
    bot.failures = failures
    bot.enter("backing off")
    this.#later(bot, restAfter(this.#ladder, failures, this.#random()), () => this.#attempt(bot))
  }

  #wake(bot: Bot): void {
    if (bot.state === "backing off") this.#attempt(bot)
  }
}
