import { Duration } from "effect"

/** Time that a journal has to answer one statement; then it counts as away. */
export const answerWithin = Duration.seconds(5)

/** Time for which a process that starts waits for one that has the journal to give it up. */
export const ownedWithin = Duration.seconds(5)

/** Time between two looks at a journal to which nothing is written: whether it is there, and still this process'. */
export const lookEach = Duration.seconds(5)

/** Time that a thread has to end by itself. */
export const endWithin = Duration.seconds(1)

/** Teams that one statement writes, and that one reads: what is encoded, or decoded, holds the loop for about a millisecond. */
export const teamsWritten = 500
export const teamsRead = 1000

/** Writes that wait at most, behind one that is not yet answered. */
export const mostWaiting = 16
