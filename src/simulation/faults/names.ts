/** Names of the faults in which something is neither up nor down: a part of the platform, the names, our own machine. */
export const partialFaultNames = [
  "some teams of a host refused",
  "some teams of a host without an answer",
  "some teams of a host closed at once",
  "some teams of a host closed after a second or two",
  "a host without an answer",
  "asked to stay away",
  "handshakes queue",
  "asks of some answered with an error",
  "asks of some unanswered",
  "names without an answer",
  "names are slow",
  "names are not found",
  "descriptors run out"
] as const

/** Names of the faults that cut healthy teams, so that they have to be connected anew. */
export const cuttingFaultNames = ["team cut with a close frame", "team reset", "all teams cut at once"] as const

/** Names of the faults that are drawn together, in the order in which they are. */
export const commonFaultNames = [
  ...partialFaultNames,
  "team cut with a close frame",
  "team cut at the end of the stream",
  "team reset",
  "team half-open",
  "team half-open, then healed",
  "team left, and its socket is mute",
  "all teams cut at once",
  "dial refused",
  "dial without an answer",
  "dial answered as the timeout fires",
  "no hello",
  "load shed",
  "ask unanswered",
  "ask answered twice",
  "ask answered late",
  "ask answered after left",
  "ask answered with an error",
  "URL that leads nowhere",
  "URL of another host",
  "URL that is none",
  "URL that was used",
  "offer unasked",
  "error with a team",
  "error without a team",
  "garbage on a team",
  "garbage on Global",
  "unknown type",
  "huge frame on a team",
  "huge frame on Global",
  "binary frame",
  "flood",
  "Global cut",
  "Global half-open",
  "Global cut, and teams leave meanwhile",
  "Global cut again and again",
  "goodbye that means come back",
  "outage",
  "slow network",
  "fleet stalls",
  "bot code fails"
] as const

/** Names of the faults of peers that are slow, do not read, or ask too much. */
export const slownessFaultNames = [
  "message in parts",
  "message that is never whole",
  "frame in parts on Global",
  "frame on Global that is never whole",
  "team does not read",
  "Global does not read",
  "healthchecks by the hundred"
] as const

/** Names of the faults of a fleet with a journal: crashes of its process, and what is wrong with the journal. */
export const journalFaultNames = [
  "fleet crashes",
  "journal fails",
  "journal hangs",
  "journal loses answers",
  "journal is slow"
] as const

export type JournalFaultName = (typeof journalFaultNames)[number]

/** Names of all faults, as they are counted. */
export const faultNames = [...commonFaultNames, ...slownessFaultNames, ...journalFaultNames] as const

export type FaultName = (typeof faultNames)[number]
