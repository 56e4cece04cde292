import { useEffect, useRef, useState } from "preact/hooks"
import { act, hasToken, setToken } from "./api.ts"
import { useModel } from "./hooks.ts"

/** Dialog for the token, and for the verbs that are about the whole fleet. */
export const Operator = ({ onClose }: { readonly onClose: () => void }) => {
  const model = useModel()
  const dialog = useRef<HTMLDialogElement>(null)
  const [known, setKnown] = useState(hasToken() && model.link.state !== "token")
  const [sure, setSure] = useState(false)
  const [said, say] = useState("")
  useEffect(() => dialog.current?.showModal(), [])

  const take = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget
    const shown = form instanceof HTMLFormElement ? new FormData(form).get("token") : null
    setToken(typeof shown === "string" && shown !== "" ? shown : undefined, model.link.state === "token")
    setKnown(hasToken())
    if (model.link.state === "token") onClose()
  }
  const forget = () => {
    setToken(undefined)
    setKnown(false)
    say("")
  }
  const verb = async (path: string) => say(await act(path))
  return (
    <dialog ref={dialog} onClose={onClose} aria-label="Operator">
      <h2>Operator</h2>
      {model.fleet?.operators === false ? (
        <p>There are no operators here. Start botswain with --admin-token to have verbs.</p>
      ) : known ? (
        <>
          <div class="verbs">
            <button type="button" onClick={() => void verb("api/wake")}>
              Wake the slow lane
            </button>
            {sure ? (
              <button type="button" class="danger" onClick={() => void verb("api/drain")}>
                Yes, end the run
              </button>
            ) : (
              <button type="button" onClick={() => setSure(true)}>
                Drain…
              </button>
            )}
          </div>
          <p class="note">
            Draining closes every connection in peace, and ends the process. A team is reconnected from its story.
          </p>
          <output>{said}</output>
          <button type="button" class="quiet" onClick={forget}>
            Show another token
          </button>
        </>
      ) : (
        <form onSubmit={take}>
          <label>
            The token of --admin-token
            <input name="token" type="password" autocomplete="off" required />
          </label>
          <button type="submit">Show it</button>
          <p class="note">It stays in this page, and is gone when the page is closed.</p>
        </form>
      )}
      <form method="dialog">
        <button type="submit" class="quiet">
          Close
        </button>
      </form>
    </dialog>
  )
}
