import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const exec = promisify(execFile)

/** The code of a page that is meant to be copied. What docs/simulation.md shows is a piece of a test, and no module. */
const blocksOf = async (page: string): Promise<ReadonlyArray<string>> =>
  Array.from((await readFile(join(root, page), "utf8")).matchAll(/```ts\n([\s\S]*?)```/g), ([, code]) => code ?? "")

describe("the README, and the page of the library", () => {
  it("show code that compiles", async () => {
    const blocks = [...(await blocksOf("README.md")), ...(await blocksOf("docs/library.md"))]
    expect(blocks.length).toBeGreaterThanOrEqual(4)
    // Inside of the checkout, so that packages are found as they are by the sources.
    const home = await mkdtemp(join(root, "node_modules/.readme-"))
    try {
      for (const [i, code] of blocks.entries()) await writeFile(join(home, `block${i}.ts`), code)
      const config = {
        extends: join(root, "tsconfig.json"),
        compilerOptions: {
          noUnusedLocals: false,
          incremental: false,
          // By the names of the package's exports.
          paths: {
            botswain: [join(root, "src/index.ts")],
            "botswain/rehearsal": [join(root, "src/rehearsal.ts")],
            "botswain/JournalPostgres": [join(root, "src/layers/JournalPostgres.ts")],
            "botswain/JournalSqlite": [join(root, "src/layers/JournalSqlite.ts")],
            "botswain/SocketWs": [join(root, "src/layers/SocketWs.ts")]
          }
        },
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
})
