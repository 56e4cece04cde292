// What it costs to write to a journal, and to read it at a start: both stores, beside 100,000 teams.
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { journalLoopFile, named } from "../clients.ts"
import type { Measured } from "./fleet.ts"

const exec = promisify(execFile)

export const journal = named("journal")

/** A server of PostgreSQL as the tests start it, which is not of the bench's own project. */
interface Started {
  readonly url: string
  readonly end: () => Promise<void>
}
const startPostgres = async (): Promise<Started> => {
  const { durablePostgres } = await import(new URL("../../test/support/postgres.ts", import.meta.url).href)
  return durablePostgres()
}

const measure = async (kind: string, where: string): Promise<Measured> => {
  const { stdout } = await exec(process.execPath, [journalLoopFile, kind, where])
  const figures: Measured = JSON.parse(stdout)
  return Object.fromEntries(Object.entries(figures).map(([key, value]) => [`${key}@${kind}`, value]))
}

export const measureJournal = async (): Promise<Measured> => {
  const folder = mkdtempSync(join(tmpdir(), "botswain-bench-"))
  const postgres = await startPostgres()
  try {
    const file = await measure("sqlite", join(folder, "fleet.db"))
    return { ...file, ...(await measure("postgres", postgres.url)) }
  } finally {
    await postgres.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
