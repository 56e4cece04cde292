import { Duration } from "effect"
import type { TeamId } from "../../wire/TeamId.ts"
import { Answer } from "../Rehearsal.ts"
import { isGood } from "./AskRules.ts"
import type { GlobalSocket } from "./GlobalSocket.ts"
import type { Platform } from "./Platform.ts"

/** Answers an ask as the rules say, on the connection that it came on. */
export const answerAsk = (platform: Platform, socket: GlobalSocket, id: TeamId): void => {
  const offer = (url?: string) => void platform.offer(id, url, socket)
  const refuse = (message: string) =>
    void socket.tell({
      type: "error",
      message,
      received_message: { type: "team.connect", team_id: id },
      team_id: id
    })

  const team = platform.state.teams.get(id)
  if (team !== undefined) team.asks++
  if (team?.present !== true) return refuse("no such team")
  const answer = platform.askRules.next(id)
  if (!isGood(answer) || socket.readsLate || !socket.sendable) team.foiled++
  Answer.$match(answer, {
    Never: () => {},
    Once: () => offer(),
    Twice: () => {
      offer()
      offer()
    },
    Late: ({ by }) => platform.later(Duration.toMillis(by), () => offer()),
    Error: ({ message }) => refuse(message),
    Url: ({ url }) => offer(url)
  })
}
