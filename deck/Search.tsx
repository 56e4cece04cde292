import { useEffect, useRef, useState } from "preact/hooks"
import { searchTeams, type TeamRow, writeTeamId } from "./api.ts"
import { useModel } from "./hooks.ts"

/** Time between the last key and the request. In milliseconds. */
const pause = 120

/** Finds a team by its id, or by the reason that it fails for. The key `/` focuses it from anywhere. */
export const Search = () => {
  const model = useModel()
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState("")
  const [found, setFound] = useState<ReadonlyArray<TeamRow> | undefined>()
  const [cursor, setCursor] = useState(0)

  useEffect(() => {
    const go = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      field.current?.focus()
    }
    addEventListener("keydown", go)
    return () => removeEventListener("keydown", go)
  }, [])

  useEffect(() => {
    setCursor(0)
    if (text.trim() === "") return setFound(undefined)
    const ended = new AbortController()
    const timer = setTimeout(() => {
      searchTeams(text, ended.signal).then(
        ({ teams }) => setFound(teams),
        () => setFound(undefined)
      )
    }, pause)
    return () => {
      clearTimeout(timer)
      ended.abort()
    }
  }, [text])

  const open = (row: TeamRow | undefined) => {
    if (row === undefined) return
    setText("")
    field.current?.blur()
    model.select(row.id)
  }
  const step = (event: KeyboardEvent) => {
    const last = (found?.length ?? 1) - 1
    if (event.key === "ArrowDown") setCursor(Math.min(last, cursor + 1))
    else if (event.key === "ArrowUp") setCursor(Math.max(0, cursor - 1))
    else if (event.key === "Enter") open(found?.[cursor])
    else if (event.key === "Escape") {
      setText("")
      field.current?.blur()
    } else return
    event.preventDefault()
  }

  return (
    <div class="search" role="search">
      <input
        ref={field}
        type="search"
        placeholder="Find a team, or a reason"
        aria-label="Find a team by id, or by the reason that it fails for"
        role="combobox"
        list={undefined}
        aria-expanded={found !== undefined}
        aria-controls="found"
        aria-activedescendant={found !== undefined && found.length > 0 ? `found-${cursor}` : undefined}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={step}
      />
      <kbd aria-hidden="true">/</kbd>
      {found !== undefined && (
        <ul id="found" role="listbox" aria-label="Teams">
          {found.length === 0 && <li class="none">No team has that in its id or its reason.</li>}
          {found.map((row, index) => (
            <li
              key={`${typeof row.id} ${row.id}`}
              id={`found-${index}`}
              role="option"
              aria-selected={index === cursor}
              onPointerDown={(event) => {
                event.preventDefault()
                open(row)
              }}
            >
              <span class={`mark ${row.phase}`} aria-hidden="true" />
              <b>{writeTeamId(row.id)}</b>
              <span class="why">{row.transport.reason ?? row.transport.state}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
