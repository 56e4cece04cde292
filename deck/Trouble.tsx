import { writeTeamId } from "./api.ts"
import { counted, grouped, span } from "./format.ts"
import { useModel, useSeconds } from "./hooks.ts"

/** Lists the teams that are failing, the slow lane first, and the reasons. */
export const Trouble = () => {
  const model = useModel()
  useSeconds()
  const { fleet, trouble } = model
  // From the process' counts, which are as old as the list below; those of the map are newer.
  const failing = (fleet?.teams.slow ?? 0) + (fleet?.teams.retrying ?? 0)
  const at = fleet?.at ?? 0
  return (
    <section class="panel trouble" aria-label="Failing teams">
      <header>
        <h2>Failing</h2>
        <span class="count">{grouped(failing)}</span>
      </header>
      {failing === 0 ? (
        <p class="calm">Nothing is failing.</p>
      ) : (
        <>
          <ul class="reasons">
            {trouble.reasons.map(({ reason, teams }) => (
              <li key={reason}>
                <b>{grouped(teams)}</b> {reason}
              </li>
            ))}
          </ul>
          <ul class="teams">
            {trouble.teams.map(({ id, phase, transport }) => (
              <li key={`${typeof id} ${id}`}>
                <button type="button" onClick={() => model.select(id)}>
                  <span class={`mark ${phase}`} aria-hidden="true" />
                  <b>{writeTeamId(id)}</b>
                  <span class="why">{transport.reason ?? transport.state}</span>
                  <span class="next">
                    {transport.retryAt === null
                      ? counted(transport.failures, "failure")
                      : `in ${span(Math.max(0, transport.retryAt - at))}`}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {failing > trouble.teams.length && <p class="more">and {grouped(failing - trouble.teams.length)} more</p>}
        </>
      )}
    </section>
  )
}
