import { grouped } from "./format.ts"
import { useModel } from "./hooks.ts"
import { phaseHelp, phaseNames, phases } from "./phases.ts"

/** Explains the map's colours and forms, and counts the teams of each. Denied ones are rare, and named where there are any. */
export const Legend = () => {
  const { counts } = useModel()
  const shown = phases.filter((phase) => phase !== "denied" || counts.denied > 0)
  return (
    <ul class="legend">
      {shown.map((phase) => (
        <li key={phase} title={phaseHelp[phase]}>
          <span class={`mark ${phase}`} aria-hidden="true" />
          <span>{phaseNames[phase]}</span>
          <b>{grouped(counts[phase])}</b>
        </li>
      ))}
    </ul>
  )
}
