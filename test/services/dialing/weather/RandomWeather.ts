import type { Bot } from "../model/Bot.ts"
import type { Crowd } from "../model/Crowd.ts"
import { Fleet } from "../model/Fleet.ts"
import { type Fault, Host } from "../model/Host.ts"
import { quick, usual } from "../model/Ladder.ts"
import { admits, type Load, queues, slowsAbove } from "../model/Load.ts"
import { below, seededRandom } from "../model/random.ts"

const faults: ReadonlyArray<Fault> = ["refuses", "hangs", "says nothing", "closes", "closes soon"]

/** Weather from a seed: a few hosts, of whose teams a share fails for good, and whatever else may happen to them. */
export class RandomWeather {
  readonly fleet: Fleet
  readonly maxDials: number
  readonly crowds: ReadonlyArray<Crowd>
  readonly #random: () => number
  readonly #hosts: ReadonlyArray<Host>

  constructor(seed: number) {
    const random = seededRandom(seed)
    this.#random = random
    this.maxDials = seed % 3 === 0 ? 64 : 512
    this.fleet = new Fleet({ seed, maxDials: this.maxDials, ladder: seed % 2 === 0 ? usual : quick })
    this.#hosts = Array.from({ length: 1 + below(random, 6) }, (_, index) => {
      return new Host(`host ${index}`, { latency: this.#one([2, 20, 100]), load: this.#load() })
    })
    this.crowds = this.#hosts.map((host) => {
      const share = this.#one([0, 0, 0.5, 0.9])
      const fault = this.#one(faults)
      return this.fleet.crowd(1 + below(random, this.#one([20, 150])), host, () =>
        random() < share ? fault : undefined
      )
    })
  }

  get bots(): ReadonlyArray<Bot> {
    return this.crowds.flatMap(({ bots }) => bots)
  }

  /** Lets something happen to one of the hosts or its teams. */
  change(): void {
    const random = this.#random
    const { fleet } = this
    const { sessions } = fleet
    const crowd = this.#one(this.crowds)
    const host = crowd.bots[0]!.host
    const changes: ReadonlyArray<() => void> = [
      () => this.#each(crowd, "out", 0.7, (bot) => sessions.begin(bot)),
      () => this.#each(crowd, "out", 1, (bot) => sessions.begin(bot)),
      () => this.#each(crowd, undefined, 0.3, (bot) => sessions.end(bot)),
      () => fleet.cut(crowd),
      () => fleet.cutShare(random(), crowd),
      () => {
        host.outage = this.#one(faults)
        fleet.cutShare(this.#one([0, 1]), crowd)
      },
      () => (host.outage = undefined),
      () => (host.retryAfter = this.#one([undefined, 2_000])),
      () => (sessions.asksEnd = this.#one(["offer", "offer", "error", "silence"])),
      () => (sessions.sockets = this.#one([Infinity, Infinity, below(random, 300)])),
      () => (sessions.lacksPorts = random() < 0.2),
      () => sessions.news()
    ]
    this.#one(changes)()
  }

  /** Ends all trouble, and lets all join that are out. */
  heal(): void {
    const { sessions } = this.fleet
    sessions.asksEnd = "offer"
    sessions.sockets = Infinity
    sessions.lacksPorts = false
    for (const host of this.#hosts) {
      host.outage = undefined
      host.retryAfter = undefined
    }
    for (const bot of this.bots) {
      bot.fault = undefined
      if (bot.state === "out") sessions.begin(bot)
    }
  }

  #each(crowd: Crowd, state: Bot["state"] | undefined, share: number, change: (bot: Bot) => void): void {
    for (const bot of crowd.bots) {
      if ((state === undefined ? bot.state !== "out" : bot.state === state) && this.#random() < share) change(bot)
    }
  }

  #load(): Load | undefined {
    const bears = 100 + below(this.#random, 400)
    return this.#one([undefined, undefined, admits(bears, 1_000), queues(bears), slowsAbove(bears / 10, 100)])
  }

  #one<A>(items: ReadonlyArray<A>): A {
    return items[below(this.#random, items.length)]!
  }
}
