import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^botswain$/, replacement: path("src/index.ts") },
      { find: /^botswain\/rehearsal$/, replacement: path("src/rehearsal.ts") }
    ]
  },
  test: {
    // A line a file, what failed, and the count; `--slowTestThreshold 300` also names the tests that took longer.
    reporters: ["default", path("scripts/closingLine.ts")],
    slowTestThreshold: Infinity,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/browser/**", "test/names/**", "test/prometheus/**", "test/terminal/**"],
          testTimeout: 10_000,
          maxWorkers: "100%",
          sequence: { groupOrder: 1 }
        }
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Real sockets and processes: one file at a time, after the unit tests.
          maxWorkers: 1,
          sequence: { groupOrder: 2 }
        }
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 90_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 }
        }
      },
      {
        extends: true,
        test: {
          name: "prometheus",
          include: ["test/prometheus/**/*.test.ts"],
          testTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 4 }
        }
      },
      {
        extends: true,
        test: {
          name: "names",
          include: ["test/names/**/*.test.ts"],
          testTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 5 }
        }
      },
      {
        extends: true,
        test: {
          name: "terminal",
          include: ["test/terminal/**/*.test.ts"],
          testTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 6 }
        }
      }
    ]
  }
})
