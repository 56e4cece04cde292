import { hostname } from "node:os"

/** Name by which a process notes that it has a journal. */
export const runnerName = (): string => `${hostname()}:${process.pid}`
