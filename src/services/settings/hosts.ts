import { Result } from "effect"
import type { About, Setting } from "./Setting.ts"

const hostPattern = /^(?:(?:\*\.)?[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?<port>\d{1,5}))?$/

const isHost = (text: string): boolean => {
  const match = hostPattern.exec(text)
  const port = Number(match?.groups?.["port"] ?? 1)
  return match !== null && port >= 1 && port <= 65_535
}

/**
 * Hosts: `host`, `host:port` or `*.domain`. `one`: the name of one of them; `preset`: what holds where none are given.
 * Worth the hosts in lower case, or `undefined`.
 */
export const hosts = ({
  one,
  ...entry
}: About & { readonly one: string; readonly preset: string }): Setting<
  ReadonlyArray<string>,
  ReadonlyArray<string> | undefined
> => ({
  ...entry,
  metavar: "HOST",
  parts: { one, separator: /[\s,]+/, example: "a,b" },
  read: (...texts) => Result.succeed(texts),
  check: (given) => {
    const lower = given?.map((host) => host.toLowerCase())
    return lower === undefined || lower.every(isHost)
      ? Result.succeed(lower)
      : Result.fail("needs hosts such as chat.example, chat.example:8080 or *.chat.example, not a URL")
  }
})
