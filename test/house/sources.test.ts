import { assert, describe, it } from "@effect/vitest"
import { filesOf, linesOf, read } from "./files.ts"

describe("the sources", () => {
  it("key a service by its path", () => {
    const strays = filesOf("src").flatMap((file) => {
      const path = file.replace(/^src/, "botswain").replace(/\.ts$/, "")
      const keys = Array.from(read(file).matchAll(/"(botswain\/[^"]*)"/g), ([, key = ""]) => key)
      return keys.filter((key) => key !== path && !key.startsWith(`${path}/`)).map((key) => `${key} in ${file}`)
    })
    assert.deepStrictEqual(strays, [])
  })

  it("tell the program in fewer than 1,300 lines", () => {
    const lines = filesOf("src/programs").reduce((sum, file) => sum + linesOf(file), 0)
    assert.isBelow(lines, 1300)
  })

  it("are small files: half of them have fewer than 80 lines", () => {
    const sizes = filesOf("src")
      .map(linesOf)
      .toSorted((a, b) => a - b)
    assert.isBelow(sizes[sizes.length >> 1]!, 80)
  })
})
