import { render } from "preact"
import { useContext, useEffect, useState } from "preact/hooks"
import { Chart } from "./Chart.tsx"
import { FleetMap } from "./FleetMap.tsx"
import { Deck, useModel } from "./hooks.ts"
import { Legend } from "./Legend.tsx"
import { LinkState } from "./LinkState.tsx"
import { Operator } from "./Operator.tsx"
import { Search } from "./Search.tsx"
import { Story } from "./Story.tsx"
import { Summary } from "./Summary.tsx"
import { Trouble } from "./Trouble.tsx"
import "uplot/dist/uPlot.min.css"
import "./deck.css"

const dark = matchMedia("(prefers-color-scheme: dark)")

/** Gives the theme, dark or light: that of the system until the operator chooses one. */
const useTheme = () => {
  const [theme, setTheme] = useState(localStorage.getItem("theme") ?? (dark.matches ? "dark" : "light"))
  document.documentElement.dataset["theme"] = theme
  useEffect(() => {
    const follow = () => localStorage.getItem("theme") === null && setTheme(dark.matches ? "dark" : "light")
    dark.addEventListener("change", follow)
    return () => dark.removeEventListener("change", follow)
  }, [])
  const turn = () => {
    const other = theme === "dark" ? "light" : "dark"
    localStorage.setItem("theme", other)
    setTheme(other)
  }
  return { theme, turn }
}

/** Says whether the Global connection is up, and whether the page is live. */
const Pills = () => {
  const { fleet, link } = useModel()
  const global = link.state !== "live" ? "unknown" : fleet?.global.up === true ? "up" : "down"
  return (
    <>
      <span class={`pill ${global}`} data-testid="global">
        <i aria-hidden="true" />
        Global {global}
      </span>
      <span class={`pill link ${link.state === "live" ? "up" : "down"}`} data-testid="link">
        <i aria-hidden="true" />
        {link.state === "live" ? "Live" : link.state === "waiting" ? "Connecting" : "Lost"}
      </span>
    </>
  )
}

const App = () => {
  const model = useModel()
  const { theme, turn } = useTheme()
  const [operator, setOperator] = useState(false)
  const root = useContext(Deck)
  useEffect(() => {
    const ended = new AbortController()
    root.start(ended.signal)
    return () => ended.abort()
  }, [root])
  const lost = model.link.state !== "live" && model.link.state !== "waiting"
  return (
    <>
      <header class="top">
        <h1>botswain</h1>
        <span class="server">{model.fleet?.server}</span>
        <Pills />
        <Search />
        <button type="button" class="quiet" onClick={() => setOperator(true)}>
          Operator
        </button>
        <button type="button" class="quiet" onClick={turn} aria-label={`Turn ${theme === "dark" ? "light" : "dark"}`}>
          {theme === "dark" ? "☀" : "☾"}
        </button>
      </header>
      <LinkState onToken={() => setOperator(true)} />
      <main class={lost ? "stale" : ""}>
        <Summary />
        <div class="columns">
          <div class="wide">
            <section class="panel fleet" aria-label="Map of the fleet">
              <header>
                <h2>Every team</h2>
                <Legend />
              </header>
              <FleetMap theme={theme} />
            </section>
            <Chart theme={theme} />
          </div>
          <aside class={model.selected === undefined ? "" : "open"}>
            <Story onToken={() => setOperator(true)} />
            <Trouble />
          </aside>
        </div>
      </main>
      <footer>
        botswain {model.fleet?.version} · <a href="docs">API</a> · <a href="metrics">Metrics</a>{" "}
        <span class="keys">
          · keys: <kbd>/</kbd> finds a team, <kbd>Tab</kbd> to the map, arrows and <kbd>Enter</kbd>, <kbd>Esc</kbd>{" "}
          closes
        </span>
      </footer>
      {operator && <Operator onClose={() => setOperator(false)} />}
    </>
  )
}

const root = document.getElementById("deck")
if (root !== null) render(<App />, root)
