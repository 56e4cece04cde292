import { extname } from "node:path"

/** URL of the module that a bot's thread or process begins with: compiled if this module is, and a source if it is one. */
export const workerFile = (entry: "thread" | "process"): URL =>
  new URL(`./worker/${entry}${extname(import.meta.filename)}`, import.meta.url)
