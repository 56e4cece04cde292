import { assert, describe, it } from "@effect/vitest"
import { clientOf } from "../../src/admin/clientOf.ts"

describe("who asks", () => {
  for (const [address, client] of [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::1", "0:0:0:0::/64"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::ffff", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["", "unknown"],
    [undefined, "unknown"]
  ] as const) {
    it(`is ${client} for ${address}`, () => assert.strictEqual(clientOf(address), client))
  }
})
