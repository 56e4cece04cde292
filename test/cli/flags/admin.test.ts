import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Result } from "effect"
import { clientFlags } from "../../../src/cli/client/client.ts"
import { adminAddress, isLoopback } from "../../../src/cli/flags/address.ts"
import { adminFlags, adminPlan } from "../../../src/cli/flags/admin.ts"
import { parse, problemOf } from "./parse.ts"

const plan = (args: ReadonlyArray<string>, variables?: Record<string, string>) =>
  Effect.gen(function* () {
    const outcome = yield* parse(adminFlags, args, variables)
    const nothing = { made: undefined, problem: undefined }
    if (!("given" in outcome)) return { ...nothing, problem: problemOf(outcome) }
    return yield* Effect.match(adminPlan(outcome.given), {
      onSuccess: (made) => ({ ...nothing, made }),
      onFailure: ({ message }) => ({ ...nothing, problem: message })
    })
  })

describe("--admin", () => {
  it.effect("is 127.0.0.1:9464 unless it is told, and then may be given up", () =>
    Effect.gen(function* () {
      const { made } = yield* plan([])
      assert.deepInclude(made, { host: "127.0.0.1", port: 9464, loopback: true, source: undefined, readyShare: 0.9 })
    })
  )
  it.effect("is off where it is told so, on the command line or in the environment", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* plan(["--admin", "off"]), { made: undefined, problem: undefined })
      assert.deepStrictEqual(yield* plan([], { BOTSWAIN_ADMIN: "OFF" }), { made: undefined, problem: undefined })
    })
  )
  it.effect("is refused for an address that others reach, without a token", () =>
    Effect.gen(function* () {
      for (const address of ["0.0.0.0:9464", "[::]:9464", "192.168.1.2:80", "fleet.example:80"]) {
        assert.match((yield* plan(["--admin", address])).problem ?? "", /^--admin: other computers .*--admin-token/)
        const { made } = yield* plan(["--admin", address, "--admin-token", "sesame-sesame"])
        assert.deepInclude(made, { loopback: false })
      }
      assert.match((yield* plan([], { BOTSWAIN_ADMIN: "0.0.0.0:1" })).problem ?? "", /^BOTSWAIN_ADMIN: /)
    })
  )
  it.effect("has a token that is long enough and fits into a header, and quotes none", () =>
    Effect.gen(function* () {
      for (const bad of ["short", "with some spaces", "töööööken", ""]) {
        const { problem = "" } = yield* plan([`--admin-token=${bad}`])
        assert.match(problem, /^--admin-token: needs /)
        if (bad !== "") assert.notInclude(problem, bad)
      }
      const { made } = yield* plan([], { BOTSWAIN_ADMIN_TOKEN: "sesame-sesame" })
      assert.strictEqual(made?.token && Redacted.value(made.token), "sesame-sesame")
    })
  )
})

describe("--admin-host", () => {
  it.effect("names the hosts of a proxy; repeatable, and a list in the environment", () =>
    Effect.gen(function* () {
      const token = ["--admin-token", "sesame-sesame"]
      const { made } = yield* plan([...token, "--admin-host", "Fleet.example", "--admin-host", "b.example"])
      assert.deepStrictEqual(made?.names, ["fleet.example", "b.example"])
      const { made: inherited } = yield* plan(token, { BOTSWAIN_ADMIN_HOST: "a.example, b.example" })
      assert.deepStrictEqual(inherited?.names, ["a.example", "b.example"])
      assert.deepStrictEqual((yield* plan([])).made?.names, [])
    })
  )
  it.effect("is refused without a token, and where it is no name", () =>
    Effect.gen(function* () {
      const { problem = "" } = yield* plan([], { BOTSWAIN_ADMIN_HOST: "a.example" })
      assert.match(problem, /^BOTSWAIN_ADMIN_HOST: .*--admin-token/)
      for (const bad of ["http://a.example", "a.example:80", "*.example", "a b", ""]) {
        assert.match((yield* plan([`--admin-host=${bad}`])).problem ?? "", /^--admin-host: needs names/, bad)
      }
    })
  )
})

describe("--admin of commands that ask", () => {
  it.effect("is an address, since nobody can be asked where it is off", () =>
    Effect.gen(function* () {
      for (const bad of ["off", "127.0.0.1"]) {
        const problem = problemOf(yield* parse(clientFlags, ["--admin", bad]))
        assert.strictEqual(problem, "--admin: needs an address such as 127.0.0.1:9464")
      }
    })
  )
})

describe("an address", () => {
  it("is a host and a port, or off", () => {
    assert.deepStrictEqual(adminAddress("[::1]:0"), Result.succeed({ host: "::1", port: 0 }))
    assert.deepStrictEqual(adminAddress(" Localhost:9464 "), Result.succeed({ host: "localhost", port: 9464 }))
    for (const bad of ["9464", "127.0.0.1", "127.0.0.1:65536", "http://127.0.0.1:9464", "::1:9464", "on"]) {
      assert.isTrue(Result.isFailure(adminAddress(bad)), bad)
    }
  })
  it("is of this computer only if it is a loopback one, or called localhost", () => {
    for (const host of ["127.0.0.1", "127.9.9.9", "::1", "localhost"]) assert.isTrue(isLoopback(host), host)
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "localhost.example"]) assert.isFalse(isLoopback(host), host)
  })
})
