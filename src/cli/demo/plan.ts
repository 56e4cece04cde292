import { Effect, Random } from "effect"

/** Parts of the story, and the teams that play them. */
export interface Plan {
  readonly teams: ReadonlyArray<number>
  /** Lose their sockets. */
  readonly cut: ReadonlyArray<number>
  /** Goes half-open: its socket is there, and nothing answers. */
  readonly mute: number
  /** Leaves, and joins again. */
  readonly returner: number
  /** Leaves for good. */
  readonly leaver: number
  /** Loses its socket, and its next dials are refused. */
  readonly refused: number
}

/** Teams that the parts need, at least. */
export const fewestTeams = 5

/** Draws the parts among teams 1 to `count`: the same ones for the same seed. */
export const makePlan = (count: number): Effect.Effect<Plan> =>
  Effect.gen(function* () {
    const teams = Array.from({ length: count }, (_, index) => index + 1)
    const [mute = 1, returner = 2, leaver = 3, refused = 4, ...others] = yield* Random.shuffle(teams)
    const cut = others.slice(0, Math.max(1, Math.floor(count / 3))).sort((a, b) => a - b)
    return { teams, cut, mute, returner, leaver, refused }
  })
