import { Clock, Context, Effect, Layer, type Scope } from "effect"
import { DescriptorTable } from "./descriptors/DescriptorTable.ts"
import { dialsAfter, type Lack, lackOf, noDescriptors, waryFor } from "./descriptors/lack.ts"
import { capacityOf, countLasts } from "./descriptors/room.ts"
import { LeakAudit } from "./LeakAudit.ts"
import { monotonicMillis } from "./monotonic.ts"
import { Observers } from "./Observers.ts"

/**
 * File descriptors of the process: how many dials there is room for. What is kept back for Global, names, the admin surface
 * and the log is never given to teams.
 */
export class Descriptors extends Context.Service<
  Descriptors,
  {
    /** Gives how many may be open at once; `undefined` where it is not known: on macOS and Windows. */
    readonly allowed: () => number | undefined
    /** Counts those that are open: of ten thousand in up to 5 ms. */
    readonly open: () => number | undefined
    /** Gives the number of team sockets that there is room for in all; Infinity where no limit is known. */
    readonly capacity: () => number
    /**
     * Gives the number of dials of teams that may begin now. `sockets`: those of teams, open and in flight. After a dial
     * that lacked something there is room for none in the first second, and then for one at each call.
     */
    readonly room: (sockets: number) => number
    /** Notes that a dial failed for want of something on this machine: the code of a `DialError` whose reason is `local`. */
    readonly ranOut: (code: string) => void
    /** Gives what dials lack at this instant. */
    readonly lack: () => Lack | undefined
    /** Calls the observer when there is room for no dial, and when one lacked something, until the Scope closes. */
    readonly observe: (observer: () => void) => Effect.Effect<void, never, Scope.Scope>
  }
>()("botswain/services/Descriptors") {
  static readonly layer: Layer.Layer<Descriptors> = Layer.effect(
    Descriptors,
    Effect.gen(function* () {
      const table = yield* DescriptorTable
      const clock = yield* Clock.Clock
      const observers = new Observers<void>()
      const { add } = yield* LeakAudit
      add({ what: "observers of descriptors", until: "closed", count: () => observers.size })

      /** Sockets of teams, as last told. */
      let sockets = 0
      let lacked: { readonly lack: Lack; readonly at: number } | undefined
      const count = (least: number) => {
        const open = table.count()
        // Not fewer than at the start: what is in flight may have no descriptor yet.
        const others = Math.max(least, (open ?? 0) - sockets)
        return { at: monotonicMillis(clock), allowed: table.limit(), open, others }
      }
      const atStart = count(0)
      let last = atStart

      const capacity = () => capacityOf(last.allowed, last.others)
      const free = () => Math.max(0, capacity() - sockets)
      /** Counts anew if the last count is too old. */
      const refresh = (now: number) => {
        if (now - last.at >= countLasts(free(), last.allowed)) last = count(atStart.others)
      }

      return {
        allowed: () => {
          refresh(monotonicMillis(clock))
          return last.allowed
        },
        open: table.count,
        capacity,
        room: (inUse) => {
          sockets = inUse
          const now = monotonicMillis(clock)
          refresh(now)
          const most = lacked === undefined ? Infinity : dialsAfter(lacked.lack, now - lacked.at)
          const room = Math.min(free(), most)
          if (room === 0) observers.tell()
          return room
        },
        ranOut: (code) => {
          lacked = { lack: lackOf(code), at: monotonicMillis(clock) }
          last = count(atStart.others)
          observers.tell()
        },
        lack: () => {
          const now = monotonicMillis(clock)
          if (lacked !== undefined && now - lacked.at < waryFor) return lacked.lack
          refresh(now)
          return free() === 0 ? noDescriptors : undefined
        },
        observe: (observer) => observers.observe(observer)
      }
    })
  )
}
