#!/usr/bin/env node
import { keepCompiled } from "./node/compileCache.ts"
import { sizeThreadPool } from "./node/threadPool.ts"

// A static import would be loaded before the first line of this file runs, and an older Node cannot load Effect.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

// Before anything is loaded that may use the pool.
sizeThreadPool()

if (major > 22 || (major === 22 && minor >= 19)) {
  // An eighth less time to the Global connection.
  keepCompiled()
  await import("./cli/start.ts")
} else {
  // oxlint-disable-next-line eslint/no-restricted-properties -- An older Node cannot load the screen.
  process.stderr.write(`botswain needs Node 22.19 or later, and this is Node ${process.versions.node}.\n`)
  process.exitCode = 1
}
