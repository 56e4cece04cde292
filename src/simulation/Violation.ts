/** Sentence of each invariant. The number is the one of the list in docs/simulation.md. */
export const invariants = {
  "one-socket": "1. the server never sees two sockets for one team, nor one for a team that left",
  connected: "2. every wanted team is connected within the bound of the back-off, and stays so",
  "counted-once": "3. each message that was delivered is counted once",
  healthcheck: "4. each healthcheck is answered once, with what was true at an instant since it was asked",
  "healthy-peer": "5. a healthy peer is never declared dead",
  budget: "6. dials keep within the budget, and healthy teams go first",
  "no-leak": "7. nothing is left after goodbye or interruption, within the drain time",
  isolation: "8. what happens to one team, or in bot code, changes nothing for others",
  transitions: "9. a team's state changes only as the diagram of TeamState allows",
  prompt:
    "10. a team whose next attempt would succeed is soon connected, whatever share of the others fails, and so is Global",
  durable: "11. nothing wanted is lost, and told counts never go back, across crashes"
} as const

export type Invariant = keyof typeof invariants

/** Invariant that did not hold. */
export interface Violation {
  readonly invariant: Invariant
  /** Milliseconds of virtual time. */
  readonly at: number
  readonly detail: string
}
