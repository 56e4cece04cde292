// Compiles src/ into dist/, from nothing, so that a removed source leaves no file behind, and bundles the deck into it.
import { execFileSync } from "node:child_process"
import { chmodSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

rmSync(path("../dist"), { recursive: true, force: true })
const run = (script: string, ...args: ReadonlyArray<string>) =>
  execFileSync(process.execPath, [path(script), ...args], { stdio: "inherit" })

try {
  run("../node_modules/typescript/bin/tsc", "--project", path("../tsconfig.build.json"))
  run("../node_modules/vite/bin/vite.js", "build", "--config", path("../deck/vite.config.ts"))
} catch {
  process.exit(1)
}
chmodSync(path("../dist/bin.js"), 0o755)
