import { headers, token, url } from "./handshake.ts"
import { hosts } from "./hosts.ts"
import { choice, count, duration, file, size } from "./kinds.ts"
import { proxies } from "./proxy.ts"
import type { Setting } from "./Setting.ts"

/**
 * Every setting of a fleet: its type, its default, its bounds, and what it is for. The library's types, the checks, the
 * flags and variables of the command line, and the table in docs/operating.md are made of it, in this order.
 */
export const table = {
  /** The server's Global connection: ws, wss, http or https. A secret: it may carry a token. */
  url: url({ about: "The server's Global connection (ws, wss, http or https)" }),
  /** Bearer token of the Global handshake: sent as `Authorization: Bearer …` with that handshake only. */
  token: token({
    about: "Bearer token of the Global handshake",
    more: "Sent as `Authorization: Bearer …`, with that handshake only."
  }),
  /** More headers of the Global handshake, by name. */
  headers: headers({ one: "header", about: "Header of the Global handshake" }),
  /**
   * Headers of the teams' handshakes, by name. No `Authorization`: the server chooses the hosts of these, and a team's URL has
   * what it needs to be let in.
   */
  teamHeaders: headers({
    one: "team-header",
    about: "Header of the teams' handshakes",
    more: "No `Authorization`, since the server chooses the hosts."
  }),
  /**
   * Proxy that lets connections through by CONNECT: an http or https URL, for all; or those of the environment's variables,
   * which the library does not read by itself. A secret: a URL may have a name and a password. Default: none.
   */
  proxy: proxies({
    about: "Proxy for all connections (http or https)",
    more: "Without it `HTTPS_PROXY` counts for wss and `HTTP_PROXY` for ws; hosts of `NO_PROXY` are dialled without any. See [proxies](security.md#proxies-and-certificates)."
  }),
  /** File with certificates of authorities (PEM) that are trusted besides Node's own. Default Node's own only. */
  tlsCa: file({
    preset: "Node's own only",
    about: "Authorities (PEM) that are trusted besides Node's own",
    more: "See [certificates](security.md#proxies-and-certificates)."
  }),
  /** File with the client's certificate (PEM), and those that lead to its authority. Needs `tlsKey`. Default none. */
  tlsCert: file({ preset: "none", about: "Client certificate (PEM), with its chain", more: "With `--tls-key` only." }),
  /** File with the private key (PEM, not encrypted) of `tlsCert`. Default none. */
  tlsKey: file({ preset: "none", about: "Key (PEM, not encrypted) of the client certificate" }),
  /** Time between two pings on a connection. At least 10 millis; default 15 seconds. Rule: protocol row 11. */
  pingInterval: duration({
    preset: "15 seconds",
    min: 10,
    about: "Time between two pings on a connection",
    rule: 11
  }),
  /** Silence after a ping that means the peer is dead. At least 10 millis; default 10 seconds. Rule: protocol row 11. */
  pongTimeout: duration({
    preset: "10 seconds",
    min: 10,
    about: "Silence after a ping that means the peer is dead",
    more: "A connection that is silent for longer than this and the interval together is dead.",
    rule: 11
  }),
  /** Bounds a handshake, the reply to an ask, and the wait for the first frame. At least 10 millis; default 10 seconds. */
  connectTimeout: duration({
    preset: "10 seconds",
    min: 10,
    about: "For a handshake, the reply to an ask, and the first frame"
  }),
  /** Bounds a close handshake; then the socket is dropped. Default 5 seconds. */
  drainTimeout: duration({
    preset: "5 seconds",
    about: "For closing connections in peace at the end",
    more: "Bounds every close handshake; then the socket is dropped."
  }),
  /** First step of the wait before a new attempt. Default 500 millis. */
  backoffBase: duration({ preset: "500 millis", about: "First step of the wait before a new attempt" }),
  /** Longest wait before a new attempt; no shorter than `backoffBase`. Default 10 seconds. */
  backoffCap: duration({
    preset: "10 seconds",
    about: "Longest wait before a new attempt",
    more: "No shorter than the first step."
  }),
  /** Up for this long, a connection's waits start anew. Default 30 seconds. */
  stableAfter: duration({ preset: "30 seconds", about: "Up for this long, a connection's waits start anew" }),
  /** Failures in a row before a team is tried only rarely. From 1 to 1,000; default 10. */
  slowAfter: count({ preset: 10, min: 1, max: 1000, about: "Failures in a row before a team is tried only rarely" }),
  /** Time between attempts of a team that is tried only rarely, randomised by half. Default 5 minutes. */
  slowInterval: duration({
    preset: "5 minutes",
    about: "Time between attempts of such a team",
    more: "Randomised by half."
  }),
  /** Handshakes in flight that the fleet never exceeds. From 1 to 10,000; default 512. */
  maxDials: count({ preset: 512, min: 1, max: 10_000, about: "Handshakes in flight that the fleet never exceeds" }),
  /** Handshakes begun in a second that the fleet never exceeds: it finds its pace below. From 1 to 100,000; default 10,000. */
  dialRate: count({
    preset: 10_000,
    min: 1,
    max: 100_000,
    about: "Handshakes begun in a second that the fleet never exceeds",
    more: "The fleet finds its pace below that by itself."
  }),
  /** Bytes of the largest frame that is read. From 125 to 256 MiB; default 1 MiB. Rule: protocol row 22. */
  maxFrame: size({ preset: "1 MiB", min: 125, max: 1 << 28, about: "Largest frame that is read", rule: 22 }),
  /** Time within which a message must be whole, from its first byte. At least 1 second; default 1 minute. Rule: protocol row 22. */
  messageTimeout: duration({
    preset: "1 minute",
    min: 1_000,
    about: "For a message to become whole, from its first byte",
    rule: 22
  }),
  /**
   * Bytes of all messages together that are not whole yet. From 64 KiB to 16 GiB, and no less than `maxFrame`; default 64 MiB.
   * Rule: protocol row 22.
   */
  maxUnfinished: size({
    preset: "64 MiB",
    min: 65_536,
    max: 2 ** 34,
    about: "Bytes of all messages that are not whole yet",
    more: "No less than the largest frame. Where there are more, the connection with the largest is closed.",
    rule: 22
  }),
  /**
   * Bytes that may wait to be sent on a connection before another frame is. From 64 KiB to 1 GiB; default 64 MiB. Rule:
   * protocol row 22.
   */
  maxUnsent: size({
    preset: "64 MiB",
    min: 65_536,
    max: 2 ** 30,
    about: "Bytes that may wait to be sent on a connection",
    more: "A peer that does not read is dropped beyond that.",
    rule: 22
  }),
  /**
   * Hosts that a team's URL may name (`host`, `host:port` or `*.domain`, in lower case once checked). Default: any
   * on a public address, or on one of Global's own kind. Rule: protocol row 2.
   */
  allowHosts: hosts({
    one: "allow-host",
    preset: "any on a public address, or on one of Global's own kind",
    about: "Host that team URLs may name, such as *.chat.example",
    rule: 2
  }),
  /** Action when the server says goodbye. Default `exit`. Rule: protocol row 9. */
  onGoodbye: choice({
    choices: ["exit", "reconnect"],
    preset: "exit",
    about: "What the server's goodbye means",
    more: "`reconnect` is for servers where goodbye means come back.",
    rule: 9
  }),
  /** Teams that are kept at once; further joins are refused. From 1 to 10,000,000; default 100,000. Rule: protocol row 17. */
  maxTeams: count({
    preset: 100_000,
    min: 1,
    max: 10_000_000,
    about: "Teams that are kept at once, at most",
    more: "Further joins are refused, and counted.",
    rule: 17
  }),
  /** Teams that have left and still count in healthchecks. From 0 to 10,000,000; default 100,000. Rule: protocol row 17. */
  rememberDeparted: count({
    preset: 100_000,
    min: 0,
    max: 10_000_000,
    about: "Teams that have left and still count in healthchecks",
    rule: 17
  }),
  /**
   * Time for which the platform must deny a team that it has not named since the start, before the team departs. Default 1 hour.
   * Rule: protocol row 24.
   */
  forgetUnconfirmed: duration({
    preset: "1 hour",
    about: "For a team out of the state that the platform denies, until it departs",
    rule: 24
  })
}

export type Table = typeof table

/** The name of a setting. */
export type SettingName = keyof Table

/** Values that may be given for each setting. */
export type Inputs = { readonly [K in keyof Table]: Table[K] extends Setting<infer Input, infer _> ? Input : never }

/** Values of each setting once it has been checked. */
export type Values = { readonly [K in keyof Table]: Table[K] extends Setting<infer _, infer Value> ? Value : never }
