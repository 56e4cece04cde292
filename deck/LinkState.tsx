import { restartText } from "../src/admin/api/restartText.ts"
import { hasToken } from "./api.ts"
import { clockTime, span } from "./format.ts"
import { useModel, useSeconds } from "./hooks.ts"

/** Banner that tells that the page has lost the process, and how old its figures are; or that the process was restarted. */
export const LinkState = ({ onToken }: { readonly onToken: () => void }) => {
  const { fleet, link, restartedAt } = useModel()
  useSeconds()
  if (link.state === "lost") {
    return (
      <div class="banner lost" role="alert" data-testid="lost">
        <b>This page has lost botswain, {span(Math.floor((Date.now() - link.since) / 1000) * 1000)} ago.</b>{" "}
        {fleet === undefined ? "" : `What it shows is as of ${clockTime(fleet.at)}. `}It tries again each second.
      </div>
    )
  }
  if (link.state === "displaced") {
    return (
      <div class="banner lost" role="alert">
        <b>Too many pages are open on this botswain, and another has taken the place of this one.</b> It tries again in
        a quarter of a minute.
      </div>
    )
  }
  if (link.state === "token") {
    return (
      <div class="banner lost" role="alert">
        <b>{hasToken() ? "Botswain has another token than the one that was shown." : "Botswain wants its token."}</b>{" "}
        <button type="button" onClick={onToken}>
          Show it
        </button>
      </div>
    )
  }
  if (restartedAt !== undefined && Date.now() - restartedAt < 60_000) {
    return (
      <div class="banner" role="status" data-testid="restarted">
        Botswain was restarted at {clockTime(restartedAt)}. {fleet === undefined ? "" : restartText(fleet)}
      </div>
    )
  }
  return null
}
