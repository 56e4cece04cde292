import { extname } from "node:path"

/** URL of the module that the thread begins with: compiled if this module is, and a source if it is one. */
export const workerFile = (): URL => new URL(`./worker/thread${extname(import.meta.filename)}`, import.meta.url)
