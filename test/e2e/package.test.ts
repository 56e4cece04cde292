import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { publint } from "publint"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const exec = promisify(execFile)

/** A folder of somebody else's that has what `npm pack` gives, and of its dependencies those that it declares. */
let home: string
let tarball: string
let files: ReadonlyArray<string>

const installed = (path: string) => join(home, "node_modules", path)

const link = async (name: string) => {
  await mkdir(dirname(installed(name)), { recursive: true })
  await symlink(join(root, "node_modules", name), installed(name), "junction")
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "botswain-package-"))
  const { stdout } = await exec("npm", ["pack", "--silent", "--pack-destination", home], { cwd: root })
  tarball = join(home, stdout.trim().split("\n").at(-1) ?? "")
  await mkdir(installed("botswain"), { recursive: true })
  await exec("tar", ["-xzf", tarball, "-C", installed("botswain"), "--strip-components=1"])
  files = (await exec("tar", ["-tzf", tarball])).stdout.trim().split("\n")

  const { dependencies, peerDependencies } = JSON.parse(await readFile(installed("botswain/package.json"), "utf8"))
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) await link(name)
})

afterAll(() => rm(home, { recursive: true, force: true }))

const bin = (args: ReadonlyArray<string>, node: ReadonlyArray<string> = []) =>
  exec(process.execPath, [...node, installed("botswain/dist/bin.js"), ...args], { cwd: home })

describe("the package", () => {
  it("holds what is compiled, the deck, and the papers", () => {
    const papers = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"]
    const others = files
      .map((file) => file.replace("package/", ""))
      .filter((file) => !/^dist\/.+(\.js|\.d\.ts)$|^dist\/deck\/(index\.html|assets\/[\w-]+\.css)$/.test(file))
    expect(others.toSorted()).toEqual(papers)
    expect(files).toContain("package/dist/deck/index.html")
  })

  it("is what publint asks of a package", async () => {
    const packed = await readFile(tarball)
    const { messages } = await publint({ pack: { tarball: new Uint8Array(packed).buffer }, strict: true })
    expect(messages).toEqual([])
  })

  it("has a bin that runs", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"))
    expect((await bin(["--version"])).stdout).toContain(version)
  })

  it("says in one line that an older Node cannot run it", async () => {
    const older = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "22.18.0" } })`
    const run = bin(["--version"], ["--import", `data:text/javascript,${encodeURIComponent(older)}`])
    await expect(run).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: "botswain needs Node 22.19 or later, and this is Node 22.18.0.\n"
    })
  })

  it("has types that compile, for each of its names", async () => {
    await link("typescript")
    await writeFile(join(home, "package.json"), `{ "type": "module" }`)
    await writeFile(
      join(home, "app.ts"),
      `import { Fleet, Inbox, Socket, Stats, TeamRegistry } from "botswain"
       import * as Rehearsal from "botswain/rehearsal"
       import * as SocketWs from "botswain/SocketWs"
       import { layerWithoutSocket, Settings } from "botswain"
       import { Layer } from "effect"
       const settings = { url: "wss://chat.example/global" }
       const sockets = Layer.provide(SocketWs.layer, Settings.layer(settings))
       export const onWs: Layer.Layer<Fleet, unknown> = Layer.provide(layerWithoutSocket(settings), sockets)
       // @ts-expect-error Were the types lost, the Fleet would be any, and so a number.
       export const wrong: number = Fleet
       console.log(typeof Fleet, typeof Inbox, typeof Socket, typeof Stats, typeof TeamRegistry, Object.keys(Rehearsal).length > 0, Layer.isLayer(SocketWs.layer))`
    )
    const options = ["--noEmit", "--strict", "--target", "esnext", "--module", "nodenext", "--lib", "esnext,dom"]
    await exec(process.execPath, [installed("typescript/bin/tsc"), ...options, "app.ts"], { cwd: home })
    const { stdout } = await exec(process.execPath, ["app.ts"], { cwd: home })
    expect(stdout).toBe("function function function function function true true\n")
  })
})
