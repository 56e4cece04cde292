import { createContext } from "preact"
import { useContext, useEffect, useReducer } from "preact/hooks"
import { Model } from "./model.ts"

/** Context of the page's one model. */
export const Deck = createContext(new Model())

/** Gives the model. The component is drawn again whenever the model has changed. */
export const useModel = (): Model => {
  const model = useContext(Deck)
  const [, again] = useReducer((count: number) => count + 1, 0)
  useEffect(() => model.watch(() => again(undefined)), [model])
  return model
}

/** Draws the component again each second, since it shows spans of time. */
export const useSeconds = (): void => {
  const [, again] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const timer = setInterval(() => again(undefined), 1_000)
    return () => clearInterval(timer)
  }, [])
}
