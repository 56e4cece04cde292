import type { TeamRow } from "../../../src/admin/api/TeamView.ts"
import type { Status } from "../../../src/cli/client/statusLines.ts"

/** A team that waits for its next attempt. */
const failing = (at: number): TeamRow => ({
  id: "ops",
  phase: "slow",
  wanted: { is: true, since: 0, generation: 1 },
  naming: { confirmed: true, deniedSince: null, departsAt: null },
  transport: {
    open: false,
    state: "SlowRetry",
    since: at,
    failures: 12,
    reason: "503",
    code: null,
    retryAt: at + 7_000
  },
  liveness: null,
  messages: 0,
  props: 0
})

/** What a process that began then says at that time. */
export const statusAt = (at: number, began: number, failures: 0 | 1 = 0): Status => ({
  fleet: {
    at,
    began,
    version: "1.2.3",
    server: "ws://127.0.0.1:8080",
    ready: true,
    readyShare: 0.9,
    global: { up: true, since: began, reason: null },
    teams: {
      wanted: 1_200,
      departed: 0,
      unconfirmed: 0,
      connected: 1_200 - failures,
      connecting: 0,
      denied: 0,
      retrying: 0,
      slow: failures
    },
    totals: { messages: at, props: 7, connects: 1_234, drops: 34, dead: 4 },
    dials: { inFlight: 1, waiting: 2, asksWaiting: 0 },
    shortage: null,
    refusal: null,
    full: null,
    state: null,
    bot: null,
    operators: false
  },
  trouble: { at, total: 1_200, matched: failures, offset: 0, teams: failures === 0 ? [] : [failing(at)] }
})
