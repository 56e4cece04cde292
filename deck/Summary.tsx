import { troublesOf } from "../src/admin/api/troublesOf.ts"
import { counted, grouped, span } from "./format.ts"
import { useModel, useSeconds } from "./hooks.ts"
import { phaseNames, phases } from "./phases.ts"

/** Seconds that the rate of messages is taken over. */
const rateOver = 10

/** Sums up the fleet: how many teams are connected, and how much is going on. */
export const Summary = () => {
  const { cells, counts, fleet, seconds } = useModel()
  useSeconds()
  if (fleet === undefined) return <section class="summary waiting" aria-busy="true" />
  const { dials, totals } = fleet
  const wanted = cells.length
  const expected = wanted - counts.denied
  const share = expected === 0 ? 1 : counts.connected / expected
  const { state, teams } = fleet
  const newest = seconds.slice(-rateOver)
  const rate = newest.reduce((sum, { messages }) => sum + messages, 0) / Math.max(1, newest.length)
  const minute = seconds.slice(-60)
  const drops = minute.reduce((sum, point) => sum + point.drops, 0)
  return (
    <section class="summary" aria-label="The fleet">
      <div class="hero">
        <p class="number">
          <strong data-testid="connected">{grouped(counts.connected)}</strong>
          <span> of {grouped(wanted)}</span>
        </p>
        <p class="caption">
          {wanted === 0
            ? fleet.global.up
              ? "No team has joined yet"
              : "The Global connection is down, so no team is known yet"
            : share === 1
              ? counts.denied === 0
                ? "Every wanted team is connected"
                : `Every team is connected but ${grouped(counts.denied)} that the platform denies`
              : `teams connected, ${(Math.floor(share * 1000) / 10).toFixed(1)} %`}
        </p>
        {troublesOf(fleet).map((trouble) => (
          <p class="caption trouble" role="status">
            {trouble}
          </p>
        ))}
        {teams.unconfirmed > 0 && (
          <p class="caption" data-testid="unconfirmed">
            {counted(teams.unconfirmed, "team")} unconfirmed: not named by the platform since it could have
          </p>
        )}
        <div class="bar" aria-hidden="true">
          {phases.map((phase) => (
            <i key={phase} class={phase} title={phaseNames[phase]} style={{ flexGrow: String(counts[phase]) }} />
          ))}
        </div>
      </div>
      <dl class="figures">
        <div>
          <dt>Messages a second</dt>
          <dd>{rate < 10 ? rate.toFixed(1) : grouped(rate)}</dd>
          <dd class="note">{grouped(totals.messages)} in all</dd>
        </div>
        <div>
          <dt>Lost in the last minute</dt>
          <dd>{grouped(drops)}</dd>
          <dd class="note">
            {grouped(totals.drops)} in all, {grouped(totals.dead)} dead
          </dd>
        </div>
        <div>
          <dt>Dials in flight</dt>
          <dd>{grouped(dials.inFlight)}</dd>
          <dd class="note">{grouped(dials.waiting + dials.asksWaiting)} waiting</dd>
        </div>
        <div>
          <dt>Running for</dt>
          <dd>{span(fleet.at - fleet.began).replace(/\.\d+ s/, " s")}</dd>
          <dd class="note">
            {counted(totals.connects, "connection")} opened
            {state !== null && (state.trouble === null ? "; the state is written" : "; the state is not written")}
          </dd>
        </div>
      </dl>
    </section>
  )
}
