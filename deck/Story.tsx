import { useEffect, useRef, useState } from "preact/hooks"
import { act, fetchStory, hasToken, RequestFailed, teamQuery, type TeamStory, writeTeamId } from "./api.ts"
import { clockTime, grouped, span } from "./format.ts"
import { useModel } from "./hooks.ts"
import { phaseNames } from "./phases.ts"

/** Time between two requests for the story that is open. In milliseconds. */
const refreshEach = 1_500

/** Panel of the selected team: what is wanted, observed and proven of it, and how that came about. */
export const Story = ({ onToken }: { readonly onToken: () => void }) => {
  const model = useModel()
  const { selected } = model
  const [story, setStory] = useState<TeamStory | undefined>()
  const [problem, setProblem] = useState<string | undefined>()
  const panel = useRef<HTMLElement>(null)
  /** Element that had the focus, and gets it back. */
  const opener = useRef<Element | null>(null)

  useEffect(() => {
    if (selected === undefined) return
    const ended = new AbortController()
    setStory(undefined)
    setProblem(undefined)
    const look = async () => {
      try {
        setStory(await fetchStory(selected, ended.signal))
        setProblem(undefined)
      } catch (error) {
        if (!ended.signal.aborted)
          setProblem(error instanceof RequestFailed ? error.message : "botswain does not answer")
      }
    }
    void look()
    const timer = setInterval(() => void look(), refreshEach)
    if (panel.current?.contains(document.activeElement) === false) opener.current = document.activeElement
    panel.current?.focus()
    return () => {
      clearInterval(timer)
      ended.abort()
    }
  }, [selected])

  if (selected === undefined) return null
  const close = () => {
    model.select(undefined)
    if (opener.current instanceof HTMLElement) opener.current.focus()
  }
  return (
    <section
      class="panel story"
      ref={panel}
      tabIndex={-1}
      aria-label={`Story of team ${writeTeamId(selected)}`}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <header>
        <h2>
          Team {writeTeamId(selected)}
          {story !== undefined && <span class={`tag ${story.team.phase}`}>{phaseNames[story.team.phase]}</span>}
        </h2>
        <button type="button" class="quiet" onClick={close} aria-label="Close the story">
          ✕
        </button>
      </header>
      {problem !== undefined && <p class="problem">{problem}</p>}
      {story !== undefined && (
        <>
          <p class="headline">{story.headline}</p>
          <Truths story={story} />
          <h3>What happened</h3>
          <ol class="events">
            {story.story.toReversed().map(({ at, mood, text }, index) => (
              <li key={index} class={mood}>
                <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time>
                <span>{text}</span>
              </li>
            ))}
          </ol>
          {story.dropped > 0 && <p class="more">{grouped(story.dropped)} earlier transitions are not kept.</p>}
          {model.fleet?.operators === true && <Reconnect id={selected} onToken={onToken} />}
        </>
      )}
    </section>
  )
}

const stateNames: Readonly<Record<TeamStory["team"]["transport"]["state"], string>> = {
  Waiting: "waiting",
  Asking: "asking",
  Dialing: "dialing",
  Open: "up",
  Backoff: "backing off",
  SlowRetry: "in the slow lane",
  Draining: "closing",
  Departed: "gone"
}

const Truths = ({ story: { at, team } }: { readonly story: TeamStory }) => {
  const { liveness, naming, transport, wanted } = team
  return (
    <dl class="truths">
      <div>
        <dt>Wanted</dt>
        <dd>{wanted.is ? "yes" : "no"}</dd>
        <dd class="note">
          for {span(at - wanted.since)}
          {wanted.is && !naming.confirmed && ", unconfirmed"}
        </dd>
      </div>
      <div>
        <dt>Connection</dt>
        <dd>{transport.open ? "open" : "not open"}</dd>
        <dd class="note">
          {stateNames[transport.state]} for {span(at - transport.since)}
        </dd>
      </div>
      <div>
        <dt>Last heard</dt>
        <dd>{liveness === null ? "–" : `${span(liveness.heardAgo)} ago`}</dd>
        <dd class="note">
          {liveness === null
            ? "no connection"
            : liveness.roundTrip === null
              ? "no ping answered yet"
              : `ping ${span(liveness.roundTrip.took)}`}
        </dd>
      </div>
      <div>
        <dt>Messages</dt>
        <dd>{grouped(team.messages)}</dd>
        <dd class="note">{grouped(team.props)} with props</dd>
      </div>
    </dl>
  )
}

const Reconnect = ({ id, onToken }: { readonly id: string | number; readonly onToken: () => void }) => {
  const [said, say] = useState("")
  const reconnect = async () => {
    if (!hasToken()) return onToken()
    say(await act(`api/team/reconnect?${teamQuery(id)}`))
  }
  return (
    <p class="verbs">
      <button type="button" onClick={() => void reconnect()}>
        Reconnect
      </button>
      <output>{said}</output>
    </p>
  )
}
