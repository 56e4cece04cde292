import { grouped } from "./format.ts"
import { useModel } from "./hooks.ts"
import { phaseHelp, phaseNames, phases } from "./phases.ts"

/** Explains the map's colours and forms, and counts the teams of each. */
export const Legend = () => {
  const { counts } = useModel()
  return (
    <ul class="legend">
      {phases.map((phase) => (
        <li key={phase} title={phaseHelp[phase]}>
          <span class={`mark ${phase}`} aria-hidden="true" />
          <span>{phaseNames[phase]}</span>
          <b>{grouped(counts[phase])}</b>
        </li>
      ))}
    </ul>
  )
}
