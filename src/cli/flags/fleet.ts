import { once, repeated } from "./option.ts"
import * as Values from "./values.ts"

const hosts = /[\s,]+/
const lines = /\n+/

const duration = (name: string, about: string, preset: string) =>
  once({ name, metavar: "DURATION", about, preset, read: Values.duration })

const number = (name: string, about: string, preset: string) =>
  once({ name, metavar: "NUMBER", about, preset, read: Values.number })

/** The flags that a fleet's settings come from, by the name of the setting. */
export const fleetFlags = {
  url: once({
    name: "url",
    metavar: "URL",
    about: "The server's Global connection (ws, wss, http or https); needed",
    read: Values.secret
  }),
  token: once({
    name: "token",
    metavar: "TOKEN",
    about: "Bearer token of the Global handshake; unseen if given as BOTSWAIN_TOKEN",
    read: Values.secret
  }),
  headers: repeated(
    {
      name: "header",
      metavar: `"NAME: VALUE"`,
      about: "Header of the Global handshake; repeatable (BOTSWAIN_HEADER: one a line)",
      read: Values.header
    },
    lines
  ),
  pingInterval: duration("ping-interval", "Time between two pings on a connection", "15 seconds"),
  pongTimeout: duration("pong-timeout", "Silence after a ping that means the peer is dead", "10 seconds"),
  connectTimeout: duration(
    "connect-timeout",
    "For a handshake, the reply to an ask, and the first frame",
    "10 seconds"
  ),
  drainTimeout: duration("drain-timeout", "For closing connections in peace at the end", "5 seconds"),
  backoffBase: duration("backoff-base", "First step of the wait before a new attempt", "500 millis"),
  backoffCap: duration("backoff-cap", "Longest wait before a new attempt", "10 seconds"),
  stableAfter: duration("stable-after", "Up for this long, a connection's waits start anew", "30 seconds"),
  slowAfter: number("slow-after", "Failures in a row before a team is tried only rarely", "10"),
  slowInterval: duration("slow-interval", "Time between attempts of such a team", "5 minutes"),
  maxDials: number("max-dials", "Handshakes in flight, for the whole fleet", "64"),
  dialRate: number("dial-rate", "Handshakes begun in a second, for the whole fleet", "500"),
  maxFrame: once({
    name: "max-frame",
    metavar: "SIZE",
    about: `Largest frame that is read: bytes, or "512 KiB"`,
    preset: "1 MiB",
    read: Values.size
  }),
  allowHosts: repeated(
    {
      name: "allow-host",
      metavar: "HOST",
      about: "Host that team URLs may name, such as *.chat.example; repeatable (BOTSWAIN_ALLOW_HOST: a,b)",
      preset: "any, but internal ones only if the server is on one",
      read: Values.text
    },
    hosts
  ),
  onGoodbye: once({
    name: "on-goodbye",
    metavar: "WHAT",
    about: "What the server's goodbye means",
    preset: "exit",
    words: ["exit", "reconnect"],
    read: Values.choice(["exit", "reconnect"])
  }),
  rememberDeparted: number("remember-departed", "Teams that have left and still count in healthchecks", "100000")
}
