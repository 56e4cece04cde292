import { assert, describe, it } from "@effect/vitest"
import { proxyFor } from "../../src/services/Proxies.ts"
import type { ProxyInput } from "../../src/services/settings/proxy.ts"
import { endpointOf, settingsOf } from "../support/settings.ts"

const proxyOf = (proxy: string | ProxyInput, url: string) =>
  proxyFor(settingsOf({ proxy }).proxy, endpointOf(url))?.host

describe("a proxy", () => {
  it("is for all connections where one is given, those to this computer too", () => {
    for (const url of ["ws://chat.example/", "wss://chat.example/", "ws://127.0.0.1/", "wss://localhost/"]) {
      assert.strictEqual(proxyOf("http://proxy.example:3128", url), "proxy.example:3128")
    }
  })

  it("is for ws or for wss where the environment names it, and never for this computer", () => {
    const both = { ws: "plain.example:1", wss: "http://tls.example:2" }
    assert.strictEqual(proxyOf(both, "ws://chat.example/"), "plain.example:1")
    assert.strictEqual(proxyOf(both, "wss://chat.example/"), "tls.example:2")
    assert.isUndefined(proxyOf({ wss: "tls.example:2" }, "ws://chat.example/"))
    for (const host of ["localhost", "a.localhost", "127.9.9.9", "[::1]"]) {
      assert.isUndefined(proxyOf(both, `wss://${host}/`))
    }
  })

  it("is on port 80 or 443 where its URL has none", () => {
    assert.strictEqual(proxyOf("proxy.example", "ws://chat.example/"), "proxy.example:80")
    assert.strictEqual(proxyOf("https://proxy.example", "ws://chat.example/"), "proxy.example:443")
  })

  it("is none where nothing is given", () => {
    assert.isUndefined(proxyOf("", "ws://chat.example/"))
    assert.isUndefined(proxyOf({ ws: "", wss: undefined, except: "a" }, "ws://chat.example/"))
  })
})

describe("an exception", () => {
  const excepted: ReadonlyArray<readonly [except: string, url: string]> = [
    ["*", "ws://chat.example/"],
    ["chat.example", "ws://chat.example/"],
    ["CHAT.example.", "ws://chat.example/"],
    ["example", "ws://chat.example/"],
    [".example", "ws://chat.example/"],
    ["*.example", "ws://chat.example/"],
    ["other, chat.example", "ws://chat.example/"],
    ["other chat.example", "ws://chat.example/"],
    ["chat.example:8080", "ws://chat.example:8080/"],
    ["10.0.0.1", "ws://10.0.0.1/"],
    ["10.0.0.1:8080", "ws://10.0.0.1:8080/"],
    ["10.0.0.0/8", "ws://10.255.3.4/"],
    ["10.16.0.0/12", "ws://10.31.0.1/"],
    ["0.0.0.0/0", "ws://10.31.0.1/"],
    ["2001:db8::1", "ws://[2001:db8::1]/"],
    ["[2001:db8::1]", "ws://[2001:DB8:0::1]/"],
    ["[2001:db8::1]:81", "ws://[2001:db8::1]:81/"],
    ["2001:db8::/33", "ws://[2001:db8:7fff::9]/"]
  ]
  for (const [except, url] of excepted) {
    it(`of ${except} holds for ${url}`, () => {
      assert.isUndefined(proxyOf({ all: "p:1", except }, url))
    })
  }

  const proxied: ReadonlyArray<readonly [except: string, url: string]> = [
    ["", "ws://chat.example/"],
    ["chat", "ws://chat.example/"],
    ["at.example", "ws://chat.example/"],
    ["chat.example", "ws://example/"],
    ["chat.example:8080", "ws://chat.example/"],
    ["10.0.0.1:8080", "ws://10.0.0.1/"],
    ["0.0.1", "ws://10.0.0.1/"],
    ["10.16.0.0/12", "ws://10.32.0.1/"],
    ["10.0.0.0/33", "ws://10.0.0.0/"],
    ["10.0.0.0/8", "ws://10.example/"],
    ["2001:db8::/33", "ws://[2001:db8:8000::9]/"],
    ["[2001:db8::1]:81", "ws://[2001:db8::1]/"],
    ["::/0", "ws://10.0.0.1/"],
    ["/", "ws://chat.example/"],
    [".", "ws://chat.example/"],
    ["[", "ws://chat.example/"]
  ]
  for (const [except, url] of proxied) {
    it(`of "${except}" does not hold for ${url}`, () => {
      assert.strictEqual(proxyOf({ all: "p:1", except }, url), "p:1")
    })
  }
})
