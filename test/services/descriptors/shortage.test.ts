import { assert, describe, it } from "@effect/vitest"
import { lackOf } from "../../../src/services/descriptors/lack.ts"
import { shortageOf, tooLowFor } from "../../../src/services/descriptors/shortage.ts"
import { outOfDescriptors } from "../../support/descriptors.ts"

describe("a shortage", () => {
  it("is not what teams wait for that the platform denies", () => {
    assert.isUndefined(shortageOf(outOfDescriptors, { wanted: 300, connected: 297, denied: 3 }))
  })

  it("is told with the limit, the teams that wait and what to do", () => {
    assert.strictEqual(
      shortageOf(outOfDescriptors, { wanted: 300, connected: 97, denied: 0 }),
      "out of file descriptors: 120 allowed, 97 team connections open, 203 teams wait. Raise `ulimit -n` or LimitNOFILE"
    )
  })

  it("is none where no team waits", () => {
    assert.isUndefined(shortageOf(outOfDescriptors, { wanted: 90, connected: 90, denied: 0 }))
  })

  it("is none where nothing is lacking", () => {
    assert.isUndefined(
      shortageOf({ ...outOfDescriptors, lack: () => undefined }, { wanted: 300, connected: 97, denied: 0 })
    )
  })

  it("is told without a limit where none is known", () => {
    assert.strictEqual(
      shortageOf({ ...outOfDescriptors, allowed: () => undefined }, { wanted: 2, connected: 1, denied: 0 }),
      "out of file descriptors: 1 team connection open, 1 team waits. Raise `ulimit -n` or LimitNOFILE"
    )
  })

  it.each([
    [
      "ENFILE",
      "out of file descriptors of the whole machine: 9 team connections open, 3 teams wait. Raise fs.file-max"
    ],
    [
      "EADDRNOTAVAIL",
      "out of local ports to one host: 9 team connections open, 3 teams wait. Widen net.ipv4.ip_local_port_range"
    ],
    [
      "ENOBUFS",
      "out of network buffers: 9 team connections open, 3 teams wait. Raise net.ipv4.tcp_mem, or keep fewer teams here"
    ],
    ["ENOMEM", "out of memory: 9 team connections open, 3 teams wait. Give this machine more, or keep fewer teams here"]
  ])("has words of its own for %s", (code, line) => {
    assert.strictEqual(
      shortageOf({ ...outOfDescriptors, lack: () => lackOf(code) }, { wanted: 12, connected: 9, denied: 0 }),
      line
    )
  })
})

describe("a limit that is too low", () => {
  it("is told before it is reached", () => {
    assert.strictEqual(
      tooLowFor(outOfDescriptors, 300),
      "300 teams are wanted; the limit of 120 file descriptors has room for 90. Raise `ulimit -n` or LimitNOFILE"
    )
  })

  it("is none where there is room for all", () => {
    assert.isUndefined(tooLowFor(outOfDescriptors, 90))
  })
})
