// Calls between the bench and the processes that it starts, over their IPC channel.
import type { ChildProcess } from "node:child_process"

/** What a process answers. One argument a call, so that it can be written down as JSON. */
export type Api = Readonly<Record<string, (argument: never) => unknown>>

/** The same, seen from the other process. */
export type Remote<A extends Api> = {
  readonly [Name in keyof A]: (
    ...argument: Parameters<A[Name]> extends [infer Argument] ? [Argument] : []
  ) => Promise<Awaited<ReturnType<A[Name]>>>
}

interface Call {
  readonly call: number
  readonly name: string
  readonly argument: unknown
}

interface Answer {
  readonly answer: number
  readonly value?: unknown
  readonly error?: string
}

const isCall = (message: unknown): message is Call =>
  typeof message === "object" && message !== null && "call" in message
const isAnswer = (message: unknown): message is Answer =>
  typeof message === "object" && message !== null && "answer" in message

/** Answers the calls of the parent. Keeps no process alive. */
export const serve = (api: Api): void => {
  process.on("message", (message) => {
    if (!isCall(message)) return
    const reply = (answer: Omit<Answer, "answer">) => process.send?.({ answer: message.call, ...answer })
    const run = api[message.name] as ((argument: unknown) => unknown) | undefined
    Promise.resolve(message.argument)
      .then(run)
      .then(
        (value) => reply({ value }),
        (error: unknown) => reply({ error: String(error) })
      )
  })
  process.channel?.unref()
}

/** Calls a child. A call fails when the child ends. */
export const remote = <A extends Api>(child: ChildProcess): Remote<A> => {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let last = 0
  child.on("message", (message) => {
    if (!isAnswer(message)) return
    const call = waiting.get(message.answer)
    waiting.delete(message.answer)
    if (message.error === undefined) call?.resolve(message.value)
    else call?.reject(new Error(message.error))
  })
  child.on("exit", (code) => {
    for (const call of waiting.values()) call.reject(new Error(`the process has ended with code ${code}`))
    waiting.clear()
  })
  return new Proxy({} as Remote<A>, {
    get: (_, name: string) => (argument?: unknown) => {
      const call = Promise.withResolvers<unknown>()
      waiting.set(++last, call)
      child.send({ call: last, name, argument } satisfies Call)
      return call.promise
    }
  })
}
