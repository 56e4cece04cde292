import type { Descriptors } from "../Descriptors.ts"
import { type Census, expectedOf } from "../TeamRegistry.ts"
import { noDescriptors } from "./lack.ts"

type Teams = Pick<Census, "wanted" | "connected" | "denied">

const counted = (teams: number, one: string, many: string): string => `${teams} ${teams === 1 ? one : many}`

/** Tells, in one line, for want of what on our own machine teams wait, and what to do; `undefined` if none does. */
export const shortageOf = (descriptors: Descriptors["Service"], teams: Teams): string | undefined => {
  const { connected } = teams
  const expected = expectedOf(teams)
  const lack = expected > connected ? descriptors.lack() : undefined
  if (lack === undefined) return undefined
  const allowed = lack === noDescriptors ? descriptors.allowed() : undefined
  const facts = [
    ...(allowed === undefined ? [] : [`${allowed} allowed`]),
    counted(connected, "team connection open", "team connections open"),
    counted(expected - connected, "team waits", "teams wait")
  ]
  return `out of ${lack.what}: ${facts.join(", ")}. ${lack.remedy}`
}

/** Tells that the limit has room for fewer teams than are wanted; `undefined` if it has room for them. */
export const tooLowFor = (descriptors: Descriptors["Service"], wanted: number): string | undefined => {
  const capacity = descriptors.capacity()
  if (wanted <= capacity) return undefined
  return (
    `${counted(wanted, "team is", "teams are")} wanted; the limit of ${descriptors.allowed()} file descriptors has room ` +
    `for ${capacity}. ${noDescriptors.remedy}`
  )
}
