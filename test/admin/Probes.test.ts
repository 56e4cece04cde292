import { assert, describe, it } from "@effect/vitest"
import { openTroublesOf, readiness } from "../../src/admin/Probes.ts"

describe("/readyz", () => {
  it("says that the fleet is ready, by its numbers", () => {
    assert.deepStrictEqual(readiness(true, { wanted: 10, connected: 9, denied: 0 }, 0.9, []), {
      ready: true,
      text: "ready: Global is up, 9 of 10 wanted teams are connected, 90 % are needed\n"
    })
  })

  it("gives the reason where teams wait for want of something on this machine", () => {
    assert.deepStrictEqual(
      readiness(true, { wanted: 300, connected: 97, denied: 0 }, 0.9, ["out of file descriptors: …"]),
      {
        ready: false,
        text:
          "not ready: Global is up, 97 of 300 wanted teams are connected, 90 % are needed\n" +
          "out of file descriptors: …\n"
      }
    )
  })

  it("gives it also where enough are connected", () => {
    const { ready, text } = readiness(true, { wanted: 300, connected: 297, denied: 0 }, 0.9, ["out of memory: …"])
    assert.isTrue(ready)
    assert.match(text, /^ready: .*\nout of memory: …\n$/)
  })

  it("leaves aside teams that the platform denies: that they are not connected is no fault", () => {
    assert.deepStrictEqual(readiness(true, { wanted: 10, connected: 7, denied: 3 }, 0.9, []), {
      ready: true,
      text: "ready: Global is up, 7 of 10 wanted teams are connected, 90 % are needed; 3 that the platform denies are left aside\n"
    })
    assert.isFalse(readiness(true, { wanted: 10, connected: 6, denied: 3 }, 0.9, []).ready)
  })

  it("leaves none aside where the platform denies all, since that says nothing of any of them", () => {
    assert.deepStrictEqual(readiness(true, { wanted: 3, connected: 0, denied: 3 }, 0.9, []), {
      ready: false,
      text: "not ready: Global is up, 0 of 3 wanted teams are connected, 90 % are needed; the platform denies 3\n"
    })
    assert.isTrue(readiness(true, { wanted: 0, connected: 0, denied: 0 }, 0.9, []).ready)
  })

  it("is not ready while Global is down", () => {
    assert.isFalse(readiness(false, { wanted: 0, connected: 0, denied: 0 }, 0.9, []).ready)
  })

  it("says in a line of its own that joins are refused: a fleet that is full serves the teams that it has", () => {
    const { ready, text } = readiness(true, { wanted: 10, connected: 10, denied: 0 }, 0.9, ["the fleet is full: …"])
    assert.isTrue(ready)
    assert.match(text, /^ready: .*\nthe fleet is full: …\n$/)
  })

  it("says in a line of its own that the bot is down, which is no reason not to be ready", () => {
    const { ready, text } = readiness(true, { wanted: 1, connected: 1, denied: 0 }, 0.9, [
      "out of memory: …",
      "the bot is down"
    ])
    assert.isTrue(ready)
    assert.match(text, /^ready: .*\nout of memory: …\nthe bot is down\n$/)
  })

  it("never says why the bot is not up, which would quote its code to whoever asks", () => {
    const counts = { since: 0, restarts: 1, offered: 0, handled: 0, failed: 0, overflow: 0, lost: 0, held: 0 }
    const bot = { ...counts, state: "down", trouble: "the bot is down: it threw: a secret" } as const
    const troubles = openTroublesOf({ shortage: "a", refusal: null, full: "b", state: null, bot })
    assert.deepStrictEqual(troubles, ["a", "b", "the bot is down"])
  })

  it("never says what a store has said of the state that is not written, but the kind of reason", () => {
    const trouble = "the state cannot be written (failed: the server says: a secret): 2 teams have changes"
    const state = { kind: "postgres", reason: "failed", trouble, unwritten: 2, flushedAt: null } as const
    assert.deepStrictEqual(openTroublesOf({ shortage: null, refusal: null, full: null, state, bot: null }), [
      "the state cannot be written (failed): 2 teams have changes that a restart would lose"
    ])
  })
})
