import { assert, describe, it } from "@effect/vitest"
import { dialsAfter, lackOf, noDescriptors } from "../../../src/services/descriptors/lack.ts"

describe("after a dial that lacked something", () => {
  it("none begins in the first second, one at a time in the next two, and then all", () => {
    assert.deepStrictEqual(
      [0, 999, 1_000, 2_999, 3_000].map((elapsed) => dialsAfter(noDescriptors, elapsed)),
      [0, 0, 1, 1, Infinity]
    )
  })

  it("others go on one at a time where it was a port, which is lacking to one host only", () => {
    const ports = lackOf("EADDRNOTAVAIL")
    assert.deepStrictEqual(
      [0, 2_999, 3_000].map((elapsed) => dialsAfter(ports, elapsed)),
      [1, 1, Infinity]
    )
  })
})

describe("what is lacking", () => {
  it("is told by the error's code", () => {
    assert.strictEqual(lackOf("EMFILE"), noDescriptors)
    assert.deepStrictEqual(
      ["ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"].map((code) => lackOf(code).what),
      ["file descriptors of the whole machine", "local ports to one host", "network buffers", "memory"]
    )
  })

  it("is named by the code where that is another", () => {
    assert.strictEqual(lackOf("EOTHER").what, "what a socket needs (EOTHER)")
  })
})
