import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const exec = promisify(execFile)

const readme = await readFile(join(root, "README.md"), "utf8")

describe("the README", () => {
  it("shows code that compiles", async () => {
    const blocks = Array.from(readme.matchAll(/```ts\n([\s\S]*?)```/g), ([, code]) => code ?? "")
    expect(blocks.length).toBeGreaterThanOrEqual(3)
    // Inside of the checkout, so that packages are found as they are by the sources.
    const home = await mkdtemp(join(root, "node_modules/.readme-"))
    try {
      for (const [i, code] of blocks.entries()) await writeFile(join(home, `block${i}.ts`), code)
      const config = {
        extends: join(root, "tsconfig.json"),
        compilerOptions: { noUnusedLocals: false, incremental: false },
        include: [join(home, "*.ts")],
        // Folders of packages are left out by default, and this is one.
        exclude: []
      }
      await writeFile(join(home, "tsconfig.json"), JSON.stringify(config))
      const tsc = exec(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", home])
      await expect(tsc).resolves.toMatchObject({ stdout: "" })
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })

  it("names only files that there are", async () => {
    const links = Array.from(readme.matchAll(/\]\(([\w./-]+)\)/g), ([, path]) => path ?? "")
    expect(links.length).toBeGreaterThan(3)
    for (const path of links) await expect(readFile(join(root, path))).resolves.toBeTruthy()
  })
})
