import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

const isThere = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * A program of this computer: what the variable names, or else what the search path has under one of the names, or what
 * is at one of the places. Throws, with how to get it, where there is none: a test is not passed over for want of it.
 */
export const findProgram = (sought: {
  readonly variable: string
  readonly names: ReadonlyArray<string>
  readonly places?: ReadonlyArray<string>
  readonly missing: string
}): string => {
  const told = process.env[sought.variable]
  const folders = (process.env["PATH"] ?? "").split(delimiter)
  const found = [
    ...(told ? [told] : []),
    ...folders.flatMap((folder) => sought.names.map((name) => join(folder, name))),
    ...(sought.places ?? [])
  ].find(isThere)
  if (found === undefined) throw new Error(sought.missing)
  return found
}
