import { fileURLToPath } from "node:url"
import { defineConfig } from "vite"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** Builds the deck into the package, next to the compiled files. */
export default defineConfig({
  root: path("."),
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: path("../dist/deck"),
    emptyOutDir: true,
    license: { fileName: "LICENSES.md" },
    target: "es2022",
    // No data: URLs in the style sheet, and no preload script that the page's policy would have to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false
  },
  logLevel: "warn"
})
