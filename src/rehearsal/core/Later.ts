/** Runs an action after so many milliseconds of Effect's clock. */
export type Later = (millis: number, action: () => void) => void
