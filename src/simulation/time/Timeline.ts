import { EventLoop, type SharedTime } from "./EventLoop.ts"
import type { VirtualTime } from "./VirtualTime.ts"

/** Number of tasks after which an instant is taken to be endless. */
const mostTasks = 5_000_000

/** Virtual time of a simulation, with the event loops of the world and of the fleet. */
export class Timeline {
  readonly world: EventLoop
  /** Event loop of the fleet's process that runs, or ran last. */
  fleet: EventLoop
  readonly #present: SharedTime
  #checks: Array<() => void> = []
  /** Reads that wait for the end of a stall. */
  #unread: Array<() => void> = []
  #readFirst = false
  #stalledMillis = 0
  #stallCount = 0

  constructor(random: SharedTime["random"]) {
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

  /** Lets so many milliseconds pass, more if the next event is later, less once it is done. False if nothing is left to do. */
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
      this.#doNext()
    }
    return true
  }

  stall(millis: number, first: "timers" | "frames"): void {
    this.#stalledMillis += millis
    this.#stallCount++
    this.fleet.asleepUntil = Math.max(this.now, this.fleet.asleepUntil) + millis
    this.#readFirst = first === "frames"
  }

  /** Kills the fleet's process. The next has an event loop of its own, which has not been stalled. */
  killFleet(): void {
    this.#stalledMillis -= Math.max(0, this.fleet.asleepUntil - this.now)
    this.#unread = []
    this.fleet.kill()
    this.fleet = new EventLoop(this.#present)
  }

  /** Service without what needs Effect. */
  readonly service: Omit<VirtualTime["Service"], "inFleet"> = {
    now: () => this.now,
    stall: (millis, first) => this.stall(millis, first),
    stalledMillis: () => this.#stalledMillis - Math.max(0, this.fleet.asleepUntil - this.now),
    stallCount: () => this.#stallCount,
    killFleet: () => this.killFleet(),
    isStalled: () => this.fleet.isAsleep || this.#unread.length > 0,
    read: (action) => {
      if (!this.fleet.isAsleep && this.#unread.length === 0) action()
      else this.#unread.push(action)
    },
    hasUnread: () => this.#unread.length > 0,
    atEndOfInstant: (check) => void this.#checks.push(check),
    remains: () => ({ fibers: this.fleet.fibers, timers: this.fleet.timers.size })
  }

  /** Runs all tasks of this instant. */
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

  /** Does one thing that is due now: fires a timer, or lets the fleet read. */
  #doNext(): void {
    const { now } = this
    if (this.world.nextTimer() <= now) return this.world.timers.take()?.fire()
    if (this.fleet.isAsleep || this.fleet.hasTasks) return
    const reads = this.#unread.length > 0
    if (this.fleet.nextTimer() <= now && !(reads && this.#readFirst)) return this.fleet.timers.take()?.fire()
    if (!reads) return
    // What is read may make more arrive, which is read after it.
    const unread = this.#unread
    this.#unread = []
    for (const action of unread) action()
  }
}
