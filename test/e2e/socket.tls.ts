import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"

/** A key that protects nothing, and its self-signed certificate for localhost, valid until 2126. */
export const localhostTls = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/Q26ZyW5uw20uZ/L
lw4N67N9EiNloMFKjQ6PpMqeuYShRANCAARm1Jftg0nfFPcVjlSrkTNanVS5SpeG
RIBl9+33OLCZgDOKsNbYvVMzNCzZb492tnhdUpWN/jchj8drkMBu/Pwp
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBljCCATugAwIBAgIUK+g/0wVV3IZ70YqXPgP1rNCpjw0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA1MjcxM1oYDzIxMjYxMDMw
MDUyNzEzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARm1Jftg0nfFPcVjlSrkTNanVS5SpeGRIBl9+33OLCZgDOKsNbYvVMz
NCzZb492tnhdUpWN/jchj8drkMBu/Pwpo2kwZzAdBgNVHQ4EFgQUWIJvcY53ZSiv
e7s14DelQDwZOWcwHwYDVR0jBBgwFoAUWIJvcY53ZSive7s14DelQDwZOWcwFAYD
VR0RBA0wC4IJbG9jYWxob3N0MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
SQAwRgIhAN9wkk5oLZUB4MpASc9ieDONJKb7r0V+/txjZ+IrFlbsAiEAisD3HNMP
k+kWti3/OtwZrPBLTtK5zu4Mx3g6zQ2MsAg=
-----END CERTIFICATE-----`
}

/** A file with that certificate, for the length of a scope. */
export const localhostCertificate: Effect.Effect<string, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "certificate-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ),
  (folder) => {
    const file = join(folder, "localhost.pem")
    writeFileSync(file, localhostTls.cert)
    return file
  }
)
