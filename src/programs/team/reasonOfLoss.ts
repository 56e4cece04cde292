import { heldAfter } from "../../services/dialing/policy/tuning.ts"
import { tellDead } from "../../services/Liveness.ts"
import { tellClosed } from "../../services/Socket.ts"
import type { TeamSession } from "../../services/TeamRegistry.ts"
import type { Ending } from "./TeamReceiver.ts"

/** True for a close code that an application gives a meaning of its own: RFC 6455 section 7.4.2. */
const isApplications = (code: number): boolean => code >= 4000 && code <= 4999

/**
 * Says why a connection was lost. `lived` is in milliseconds, `greeted` true if there was a first frame. Close codes of an
 * application that come right after opening, again and again, mostly mean that another instance has taken the team's place.
 */
export const reasonOfLoss = (
  session: TeamSession,
  ending: Exclude<Ending, { readonly _tag: "Left" }>,
  lived: number,
  greeted: boolean
): string => {
  if (ending._tag === "Dead") {
    session.rejections = 0
    return tellDead(greeted)
  }
  const { code } = ending
  if (!isApplications(code) || lived >= heldAfter) {
    session.rejections = 0
    return greeted || ending.violation !== undefined
      ? tellClosed(ending)
      : `${tellClosed(ending)} before its first frame`
  }
  session.rejections++
  const times = session.rejections === 1 ? "" : `, ${session.rejections} times: is another instance connected?`
  return `closed by the server with ${code} right after opening${times}`
}
