import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

/** Invariant 7, while the fleet ends: nothing is dialled. */
export const noLeak = (checker: Checker): Observer => ({
  onDial: (dial) => {
    if (checker.model.ending) checker.violated("no-leak", `${dial.name} is dialled, and the fleet is ending`)
  }
})

/** Checks invariant 7 when the fleet has drained after a goodbye. */
export const checkDrained = (checker: Checker): void => {
  for (const { name } of checker.model.connections()) checker.violated("no-leak", `${name} is left after goodbye`)
  for (const left of checker.leftovers("drained")) checker.violated("no-leak", `${left} are left after goodbye`)
}

/** Checks invariant 7 when the fleet has ended and its Scope is closed. */
export const checkFleet = (checker: Checker): void => {
  for (const left of checker.leftovers("closed")) checker.violated("no-leak", `${left} are left`)
  const { fibers, timers } = checker.time.remains()
  if (fibers > 0) checker.violated("no-leak", `${fibers} fibers are left`)
  if (timers > 0) checker.violated("no-leak", `${timers} timers are left`)
  for (const connection of checker.model.connections()) checker.violated("no-leak", `${connection.name} is left`)
}

/** Checks invariant 7 as the server sees it, when nothing is under way any more. */
export const checkServer = (checker: Checker): void => {
  const { global, openSockets } = checker.server
  if (openSockets > 0) checker.violated("no-leak", `the server has ${openSockets} team sockets open`)
  if (global.openSockets > 0) checker.violated("no-leak", `the server has ${global.openSockets} Global sockets open`)
}
