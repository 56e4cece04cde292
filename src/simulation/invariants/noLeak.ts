import type { Observer, Checker } from "../checker/Checker.ts"

/** Invariant 7, while the fleet ends: nothing new is begun. */
export const ending = (watch: Checker): Observer => ({
  onDial: (dial) => {
    if (watch.model.ending) watch.violated("no-leak", `${dial.name} is dialled, and the fleet is ending`)
  }
})

/** Invariant 7, when the fleet has drained after a goodbye. */
export const checkDrained = (watch: Checker): void => {
  for (const { name } of watch.model.connections()) watch.violated("no-leak", `${name} is left after goodbye`)
  for (const left of watch.leftovers("drained")) watch.violated("no-leak", `${left} are left after goodbye`)
}

/** Invariant 7, when the fleet has ended and its Scope is closed. */
export const checkFleet = (watch: Checker): void => {
  for (const left of watch.leftovers("closed")) watch.violated("no-leak", `${left} are left`)
  const { fibers, timers } = watch.time.remains()
  if (fibers > 0) watch.violated("no-leak", `${fibers} fibers are left`)
  if (timers > 0) watch.violated("no-leak", `${timers} timers are left`)
  for (const connection of watch.model.connections()) watch.violated("no-leak", `${connection.name} is left`)
}

/** The same as the server sees it, when nothing is under way any more. */
export const checkServer = (watch: Checker): void => {
  const { global, openSockets } = watch.server
  if (openSockets > 0) watch.violated("no-leak", `the server has ${openSockets} team sockets open`)
  if (global.openSockets > 0) watch.violated("no-leak", `the server has ${global.openSockets} Global sockets open`)
}
