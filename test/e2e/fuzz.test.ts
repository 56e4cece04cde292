import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { agreed } from "../fuzz/agreed.ts"
import { kinds } from "../fuzz/kinds.ts"
import { layer as bothLayers } from "../fuzz/lives.ts"

/** Seeds of each kind: as many as show all agreed differences. */
const seeds: Readonly<Record<string, number>> = { frames: 10_000, connections: 500, handshakes: 2000 }

describe("the client and ws hear, tell, send and end the same", () => {
  const seen = new Set<string>()

  layer(bothLayers, { excludeTestServices: true })((it) => {
    for (const { kind, run } of kinds) {
      it.effect(`of ${kind}, whatever the server says and however it is cut`, () =>
        Effect.gen(function* () {
          for (let seed = 1; seed <= seeds[kind]!; seed++) {
            const { agreed, difference } = yield* run(seed)
            for (const name of agreed) seen.add(name)
            assert.isUndefined(difference, `npm run fuzz -- --kind ${kind} --seed ${seed}\n${difference?.join("\n")}`)
          }
        })
      )
    }
  })

  it("but for agreed differences, of which all have been seen", () => {
    assert.deepStrictEqual([...seen].toSorted(), Object.keys(agreed).toSorted())
  })
})

describe("npm run fuzz", () => {
  const fuzz = (...args: ReadonlyArray<string>) =>
    spawnSync(process.execPath, [fileURLToPath(new URL("../fuzz/main.ts", import.meta.url)), ...args], {
      encoding: "utf8"
    })

  it("goes through all kinds, and ends well where there is no difference", () => {
    const { status, stderr, stdout } = fuzz("--minutes", "0.05", "--from", "1")
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" }, stdout)
    for (const { kind } of kinds) assert.match(stdout, new RegExp(`^${kind}: [1-9][\\d,]* seeds, `, "m"))
    assert.match(stdout, /^no difference$/m)
  })

  it("replays a seed", () => {
    assert.deepInclude(fuzz("--kind", "handshakes", "--seed", "1"), { status: 0, stdout: "no difference\n" })
  })

  it("refuses what it does not know with one line", () => {
    assert.deepInclude(fuzz("--kind", "bits"), {
      status: 1,
      stdout: "",
      stderr: "fuzz: --kind is one of frames, connections, handshakes\n"
    })
  })
})
