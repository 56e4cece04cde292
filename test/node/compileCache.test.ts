import { assert, describe, it } from "@effect/vitest"
import { cacheFolder } from "../../src/node/compileCache.ts"

describe("the folder of compiled code", () => {
  const home = () => "/home/me"
  it("is in the user's own cache", () => {
    assert.strictEqual(cacheFolder(undefined, home), "/home/me/.cache/botswain")
    assert.strictEqual(cacheFolder("/var/cache/me", home), "/var/cache/me/botswain")
  })

  it("is not where a variable that is no absolute path leads", () => {
    for (const named of ["", "cache", "./cache"]) {
      assert.strictEqual(cacheFolder(named, home), "/home/me/.cache/botswain", named)
    }
  })

  it("is nowhere for a user that the system does not know", () => {
    const none = () => {
      throw new Error("ENOENT")
    }
    assert.isUndefined(cacheFolder(undefined, none))
  })
})
