import { Duration } from "effect"

/** Time that a journal has to answer one statement; then it counts as away. */
export const writeWithin = Duration.seconds(5)
