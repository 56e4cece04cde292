import { Redacted } from "effect"
import { HandshakeFault, invalidHandshake, ofProxy } from "../services/DialError.ts"
import type { Endpoint } from "../wire/Endpoint.ts"
import { dialErrorFromStatus } from "./dialError.ts"
import { basic, isInterim, type ResponseVerdict, statusOf, userAgent } from "./handshake.ts"

/** Writes the request that asks a proxy for a tunnel to a host: RFC 9110 section 9.3.6. It may hold the proxy's password. */
export const connectRequest = (to: Endpoint, proxy: Endpoint): string => {
  const { password, username } = new URL(Redacted.value(proxy.url))
  const authorization =
    username === "" && password === "" ? "" : `Proxy-Authorization: ${basic(`${username}:${password}`)}\r\n`
  return `CONNECT ${to.host} HTTP/1.1\r\nHost: ${to.host}\r\nUser-Agent: ${userAgent}\r\n${authorization}\r\n`
}

/** Checks the head of a proxy's response. With any 2xx the tunnel begins behind the head, whatever its fields say. */
export const checkTunnel = (head: string): ResponseVerdict => {
  const status = statusOf(head)
  if (status === undefined) return invalidHandshake(HandshakeFault.statusLine)
  if (isInterim(status)) return "interim"
  if (status >= 200 && status < 300) return "open"
  if (status === 101) return invalidHandshake(HandshakeFault.other)
  const retryAfter = /^retry-after:[\t ]*(.*)$/im.exec(head)?.[1]?.trimEnd()
  return ofProxy(dialErrorFromStatus(status, { "retry-after": retryAfter }))
}
