import { Bot } from "./Bot.ts"
import type { Fault, Host } from "./Host.ts"

/** Bots of one host and one fate, told of together. */
export class Crowd {
  readonly bots: ReadonlyArray<Bot>
  /** Number of them that are open. */
  up = 0

  constructor(size: number, host: Host, faultOf: (index: number) => Fault | undefined) {
    this.bots = Array.from({ length: size }, (_, index) => new Bot(host, this, faultOf(index)))
  }

  get areUp(): boolean {
    return this.up === this.bots.length
  }
}
