import { EventLoop, type Present } from "./EventLoop.ts"
import type { VirtualTime } from "./VirtualTime.ts"

/** Tasks of one instant, after which it is held to be endless. */
const mostTasks = 5_000_000

/** The two event loops of a simulation, and the time that they share. */
export class Timeline {
  readonly world: EventLoop
  readonly fleet: EventLoop
  readonly #present: Present
  #checks: Array<() => void> = []
  /** What has arrived for the fleet while it stood still. */
  #unread: Array<() => void> = []
  #readFirst = false
  #stalled = 0
  #stalls = 0

  constructor(random: Present["random"]) {
    this.#present = { now: 0, random }
    this.world = new EventLoop(this.#present)
    this.fleet = new EventLoop(this.#present)
  }

  get now(): number {
    return this.#present.now
  }

  get hasTasks(): boolean {
    return this.world.hasTasks || this.fleet.hasTasks
  }

  /** Lets so much time pass, or until the next event if that is later, or until it is done. False if nothing is left that could happen. */
  run(millis: number, done: () => boolean): boolean {
    let until = 0
    while (!done()) {
      this.#finishInstant(done)
      if (done()) return true
      for (const check of this.#checks) check()
      if (done()) return true
      const next = this.#nextEvent()
      if (next === Infinity) return false
      if (until === 0) until = Math.max(this.now + millis, next)
      if (next > until) return true
      this.#present.now = Math.max(this.now, next)
      this.#strike()
    }
    return true
  }

  stall(millis: number, first: "timers" | "frames"): void {
    this.#stalled += millis
    this.#stalls++
    this.fleet.asleepUntil = Math.max(this.now, this.fleet.asleepUntil) + millis
    this.#readFirst = first === "frames"
  }

  /** The contract, but for what needs Effect. */
  readonly service: Omit<VirtualTime["Service"], "inFleet"> = {
    now: () => this.now,
    stall: (millis, first) => this.stall(millis, first),
    stalled: () => this.#stalled - Math.max(0, this.fleet.asleepUntil - this.now),
    stalls: () => this.#stalls,
    isStalled: () => this.fleet.isAsleep || this.#unread.length > 0,
    read: (action) => {
      if (!this.fleet.isAsleep && this.#unread.length === 0) action()
      else this.#unread.push(action)
    },
    hasUnread: () => this.#unread.length > 0,
    atEndOfInstant: (check) => void this.#checks.push(check),
    remains: () => ({ fibers: this.fleet.fibers, timers: this.fleet.timers.size })
  }

  /** All tasks of this instant. */
  #finishInstant(done: () => boolean): void {
    for (let tasks = 0; !done(); tasks++) {
      if (tasks > mostTasks) throw new Error(`an instant without end, at ${this.now} ms`)
      if (this.world.hasTasks) this.world.runTask()
      else if (this.fleet.hasTasks && !this.fleet.isAsleep) this.fleet.runTask()
      else return
    }
  }

  #nextEvent(): number {
    const wakes = this.fleet.hasTasks || this.#unread.length > 0 ? Math.max(this.now, this.fleet.asleepUntil) : Infinity
    return Math.min(this.world.nextTimer(), this.fleet.nextTimer(), wakes)
  }

  /** One thing that is due now. */
  #strike(): void {
    const { now } = this
    if (this.world.nextTimer() <= now) return this.world.timers.take()?.strike()
    if (this.fleet.isAsleep || this.fleet.hasTasks) return
    const reads = this.#unread.length > 0
    if (this.fleet.nextTimer() <= now && !(reads && this.#readFirst)) return this.fleet.timers.take()?.strike()
    if (!reads) return
    // What is read may make more arrive, which is read after it.
    const unread = this.#unread
    this.#unread = []
    for (const action of unread) action()
  }
}
