import { createContext } from "preact"
import { useContext, useEffect, useReducer } from "preact/hooks"
import { Model } from "./model.ts"

export const Deck = createContext(new Model())

/** The model; the component is drawn again whenever it has changed. */
export const useModel = (): Model => {
  const model = useContext(Deck)
  const [, again] = useReducer((count: number) => count + 1, 0)
  useEffect(() => model.watch(() => again(undefined)), [model])
  return model
}

/** Draws the component again each second: what it says of spans of time goes on. */
export const useSeconds = (): void => {
  const [, again] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const timer = setInterval(() => again(undefined), 1_000)
    return () => clearInterval(timer)
  }, [])
}
