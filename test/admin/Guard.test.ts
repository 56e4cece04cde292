import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import type { AdminValues } from "../../src/admin/AdminSettings.ts"
import { verdictOf } from "../../src/admin/Guard.ts"
import { adminValues } from "../support/adminValues.ts"

const settings = (values: Partial<AdminValues> = {}): AdminValues =>
  adminValues({ port: 9464, token: Redacted.make("the-token"), ...values })

/** Status of a refusal; 401 where the token is needed. */
const status = (
  headers: Record<string, string>,
  path = "/api/fleet",
  values: Partial<AdminValues> = {}
): number | undefined => {
  const verdict = verdictOf(settings(values), { path, headers }, (page) => page === "/")
  if (verdict === "open") return undefined
  return verdict === "token" ? 401 : 403
}

describe("on loopback", () => {
  for (const host of ["127.0.0.1:9464", "localhost", "LOCALHOST:80", "[::1]:9464"]) {
    it(`lets in who came by ${host}`, () => assert.isUndefined(status({ host })))
  }
  for (const host of [
    "attacker.example",
    "127.0.0.1.attacker.example:9464",
    "localhost.attacker.example",
    "",
    "[::2]"
  ]) {
    it(`refuses who came by "${host}": a name that was made to resolve to this computer`, () =>
      assert.strictEqual(status({ host }), 403))
  }
  it("refuses a page of another origin, also of another port of this computer", () => {
    const host = "localhost:9464"
    assert.isUndefined(status({ host, origin: "http://localhost:9464" }))
    assert.strictEqual(status({ host, origin: "http://localhost:3000" }), 403)
    assert.strictEqual(status({ host, origin: "null" }), 403)
    assert.strictEqual(status({ host, origin: "" }), 403)
  })
})

describe("where other computers can ask", () => {
  const open = { host: "0.0.0.0", loopback: false }
  const host = "fleet.example"

  it("refuses without the token, but for the probes and the page", () => {
    assert.strictEqual(status({ host }, "/metrics", open), 401)
    for (const path of ["/healthz", "/readyz", "/"]) assert.isUndefined(status({ host }, path, open), path)
  })
})

describe("what another site's page asks for", () => {
  const host = "localhost:9464"
  const from = (site: string, mode: string, path: string) =>
    status({ host, "sec-fetch-site": site, "sec-fetch-mode": mode }, path)

  for (const site of ["cross-site", "same-site"]) {
    it(`is refused when it is ${site}, but for the probes and a way to the page`, () => {
      for (const path of ["/api/fleet", "/api/events", "/metrics", "/docs", "/openapi.json", "/nothing", "/"]) {
        for (const mode of ["no-cors", "cors"]) assert.strictEqual(from(site, mode, path), 403, `${mode} ${path}`)
      }
      for (const path of ["/api/fleet", "/metrics"]) assert.strictEqual(from(site, "navigate", path), 403, path)
      for (const path of ["/healthz", "/readyz"]) assert.isUndefined(from(site, "no-cors", path), path)
      assert.isUndefined(from(site, "navigate", "/"))
    })
  }
  it("is let in when it is the own page, or what somebody typed", () => {
    assert.isUndefined(from("same-origin", "cors", "/api/fleet"))
    assert.isUndefined(from("none", "navigate", "/metrics"))
  })
})

describe("a name of --admin-host", () => {
  const names = ["fleet.example"]
  it("needs the token, as where other computers can ask", () => {
    for (const host of ["fleet.example", "FLEET.example:8443"]) {
      assert.strictEqual(status({ host }, "/api/fleet", { names }), 401, host)
      for (const path of ["/healthz", "/readyz", "/"]) assert.isUndefined(status({ host }, path, { names }), path)
    }
  })
  it("opens no other name", () => {
    assert.strictEqual(status({ host: "other.example" }, "/api/fleet", { names }), 403)
    assert.strictEqual(status({ host: "x.fleet.example" }, "/api/fleet", { names }), 403)
  })
  it("makes names of this computer need the token too: a proxy passes on what its client claims, or puts one in", () => {
    for (const host of ["localhost:9464", "127.0.0.1", "[::1]:9464"]) {
      assert.strictEqual(status({ host }, "/api/fleet", { names }), 401, host)
      assert.strictEqual(status({ host }, "/metrics", { names }), 401, host)
      for (const path of ["/healthz", "/readyz", "/"]) assert.isUndefined(status({ host }, path, { names }), path)
    }
  })
  it("is an origin of its own", () => {
    const host = "fleet.example"
    assert.strictEqual(status({ host, origin: "https://fleet.example" }, "/api/fleet", { names }), 401)
    assert.strictEqual(status({ host, origin: "https://evil.example" }, "/api/fleet", { names }), 403)
  })
})
