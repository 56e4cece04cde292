import { assert, describe, it } from "@effect/vitest"
import { type Lockfile, lockfileProblems, type Manifest } from "../../scripts/lockfile.ts"
import { read } from "../house/files.ts"

const integrity = `sha512-${"A".repeat(86)}==`

const problemsOf = (entry: Lockfile["packages"][string], manifest: Manifest = {}, path = "node_modules/a") =>
  lockfileProblems({ lockfileVersion: 3, packages: { "": {}, [path]: entry } }, manifest)

describe("the lockfile", () => {
  it("has a digest of every package, none from elsewhere, and none that runs code when it is installed", () => {
    assert.deepStrictEqual(
      lockfileProblems(JSON.parse(read("package-lock.json")), JSON.parse(read("package.json"))),
      []
    )
  })

  it("is held to that", () => {
    assert.deepStrictEqual(problemsOf({ version: "1.0.0", integrity }), [])
    assert.deepStrictEqual(problemsOf({ version: "1.0.0" }), ["package-lock.json: node_modules/a has no digest"])
    for (const bad of ["sha1-AAAA", `${integrity} `, ""]) {
      assert.deepStrictEqual(problemsOf({ integrity: bad }), [
        "package-lock.json: node_modules/a has a digest that is no sha512"
      ])
    }
    for (const resolved of ["https://registry.example/a.tgz", "git+ssh://git@host.example/a.git", "file:../a"]) {
      assert.deepStrictEqual(problemsOf({ integrity, resolved }), [
        "package-lock.json: node_modules/a comes from another place than the registry"
      ])
    }
    assert.deepStrictEqual(problemsOf({ link: true }), ["package-lock.json: node_modules/a is a link to a folder"])
  })

  it("lets no package run code when it is installed but those that the manifest allows", () => {
    const entry = { integrity, hasInstallScript: true }
    const path = "node_modules/b/node_modules/@scope/a"
    assert.deepStrictEqual(problemsOf(entry, { allowScripts: { "@scope/a": true } }, path), [])
    for (const allowScripts of [{}, { "@scope/a": false }, { a: true }]) {
      assert.deepStrictEqual(problemsOf(entry, { allowScripts }, path), [
        `package-lock.json: ${path} runs code when it is installed`
      ])
    }
  })

  it("excuses only tools of other systems that users of the package do not get", () => {
    const path = "node_modules/@effect/tsgo-darwin-x64"
    assert.deepStrictEqual(problemsOf({ dev: true, optional: true }, {}, path), [])
    assert.lengthOf(problemsOf({ optional: true }, {}, path), 1)
    assert.lengthOf(problemsOf({ dev: true, optional: true }, {}, "node_modules/@effect/tsgo-linux-x64"), 1)
  })

  it("goes with exact versions in the manifest", () => {
    const dependencies = { a: "^1.0.0", b: "1.0.0", c: "latest", d: "github:a/b", e: "1.0.0-beta.1" }
    assert.deepStrictEqual(
      lockfileProblems({ lockfileVersion: 3, packages: {} }, { dependencies }),
      ["a", "c", "d"].map((name) => `package.json: ${name} is not of one exact version`)
    )
  })
})
