// Compiles src/ into dist/, from nothing, so that a removed source leaves no file behind.
import { execFileSync } from "node:child_process"
import { chmodSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

rmSync(path("../dist"), { recursive: true, force: true })
try {
  execFileSync(
    process.execPath,
    [path("../node_modules/typescript/bin/tsc"), "--project", path("../tsconfig.build.json")],
    { stdio: "inherit" }
  )
} catch {
  process.exit(1)
}
chmodSync(path("../dist/bin.js"), 0o755)
