import { Effect } from "effect"
import { askFaults } from "./asks.ts"
import { dialFaults } from "./dials.ts"
import type { Fault } from "./FaultContext.ts"
import { frameFaults } from "./frames.ts"
import { globalFaults } from "./global.ts"
import { journalFaults } from "./journal.ts"
import { machineFaults } from "./machine.ts"
import type { FaultName } from "./names.ts"
import { shareFaults } from "./shares.ts"
import { slownessFaults } from "./slowness.ts"
import { socketFaults } from "./sockets.ts"

/** All faults by name. Bot code fails by itself, in the fleet, and is counted there. */
export const catalogue: Readonly<Record<FaultName, Fault>> = {
  ...socketFaults,
  ...dialFaults,
  ...askFaults,
  ...frameFaults,
  ...globalFaults,
  ...shareFaults,
  ...machineFaults,
  ...slownessFaults,
  ...journalFaults,
  "bot code fails": () => Effect.succeed(false)
}
