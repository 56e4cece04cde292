import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import { proxyInput } from "../../../src/cli/flags/proxy.ts"
import { proxyFor } from "../../../src/services/Proxies.ts"
import { endpointOf, settingsOf } from "../../support/settings.ts"

const proxyOf = (url: string, variables: Record<string, string>, flag?: string) =>
  Effect.map(proxyInput(flag === undefined ? undefined : { source: "--proxy", value: flag }), (proxy) => {
    const { proxy: proxies } = settingsOf(proxy === undefined ? {} : { proxy })
    return proxyFor(proxies, endpointOf(url))?.host
  }).pipe(Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(variables)))

describe("the proxy of the environment", () => {
  it.effect("is HTTPS_PROXY for wss and HTTP_PROXY for ws", () =>
    Effect.gen(function* () {
      const variables = { HTTPS_PROXY: "tls.example:1", HTTP_PROXY: "plain.example:2" }
      assert.strictEqual(yield* proxyOf("wss://chat.example/", variables), "tls.example:1")
      assert.strictEqual(yield* proxyOf("ws://chat.example/", variables), "plain.example:2")
    })
  )

  it.effect("may be written in small letters, which win, and counts as none where it is empty", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* proxyOf("wss://a.example/", { https_proxy: "small:1", HTTPS_PROXY: "big:1" }),
        "small:1"
      )
      assert.strictEqual(yield* proxyOf("wss://a.example/", { https_proxy: "", HTTPS_PROXY: "big:1" }), "big:1")
      assert.isUndefined(yield* proxyOf("wss://a.example/", { HTTPS_PROXY: " " }))
      assert.isUndefined(yield* proxyOf("wss://a.example/", { HTTPS_PROXY: "p:1", no_proxy: "example" }))
    })
  )

  it.effect("gives way to the flag, and NO_PROXY holds for both", () =>
    Effect.gen(function* () {
      const variables = { HTTPS_PROXY: "from.variable:1", NO_PROXY: "b.example" }
      assert.strictEqual(yield* proxyOf("wss://a.example/", variables, "from.flag:2"), "from.flag:2")
      assert.isUndefined(yield* proxyOf("wss://b.example/", variables, "from.flag:2"))
    })
  )

  it.effect("is named with what is wrong with it, and its password is not", () =>
    Effect.gen(function* () {
      for (const url of ["socks5://me:hunter2@p:1", "http://me:hunter2@p:99999"]) {
        const { message } = yield* Effect.flip(proxyOf("wss://a.example/", { https_proxy: url }))
        assert.match(message, /^https_proxy: needs the http or https URL of a proxy/)
        assert.notInclude(message, "hunter2")
      }
    })
  )
})
