import { assert, describe, it } from "@effect/vitest"
import { HandshakeFault, invalidHandshake } from "../../src/services/DialError.ts"
import { dialErrorFrom } from "../../src/websocket/dialError.ts"

const errorWith = (code: string) => Object.assign(new Error("quotes wss://name:secret@host/"), { code })

describe("what ended a dial", () => {
  it.each(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"])("is local where our machine says %s", (code) => {
    assert.deepInclude(dialErrorFrom(errorWith(code)), { reason: "local", detail: code })
  })

  it.each(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH"])(
    "is unreachable where the network says %s",
    (code) => {
      assert.deepInclude(dialErrorFrom(errorWith(code)), { reason: "unreachable", detail: code })
    }
  )

  it.each(["EPROTO", "ERR_TLS_CERT_ALTNAME_INVALID", "CERT_HAS_EXPIRED"])("is the protocol for %s", (code) => {
    assert.deepInclude(dialErrorFrom(errorWith(code)), { reason: "protocol", detail: code })
  })

  it("is the protocol where there is no code", () => {
    assert.deepEqual(dialErrorFrom(new Error("no code")), invalidHandshake(HandshakeFault.other))
  })

  it("is what the first address says that is not for want of something here, where a name has several", () => {
    const of = (...codes: ReadonlyArray<string>) => dialErrorFrom(new AggregateError(codes.map(errorWith)))
    assert.deepInclude(of("EADDRNOTAVAIL", "ECONNREFUSED", "ETIMEDOUT"), {
      reason: "unreachable",
      detail: "ECONNREFUSED"
    })
    assert.deepInclude(of("EMFILE", "ENOMEM"), { reason: "local", detail: "EMFILE" })
  })

  it.each([
    ["127.0.0.1", false, "local"],
    ["::1", true, "local"],
    ["::1", false, "unreachable"]
  ] as const)(
    "for %s without a local address is told by whether the machine has IPv6 (%s): %s",
    (address, knowsIpv6, reason) => {
      const error = Object.assign(errorWith("EADDRNOTAVAIL"), { address })
      assert.strictEqual(dialErrorFrom(error, () => knowsIpv6).reason, reason)
    }
  )

  it("is told without the error's message, which can quote a URL", () => {
    assert.notInclude(dialErrorFrom(errorWith("EMFILE")).message, "secret")
  })
})
