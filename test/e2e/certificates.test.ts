import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Queue } from "effect"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { wssServer, wssServerWith } from "./socket.servers.ts"
import { localhostTls } from "./socket.tls.ts"

const pem = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey
const encrypted = pem.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })

/** Files of certificates, for the length of a scope. */
const files = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "certificates-"))
    const write = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    return {
      folder,
      cert: write("cert.pem", localhostTls.cert),
      key: write("key.pem", localhostTls.key),
      other: write("other.pem", pem.export({ type: "pkcs8", format: "pem" })),
      encrypted: write("encrypted.pem", encrypted),
      broken: write("broken.pem", localhostTls.cert.replace(/B/g, "C")),
      text: write("text.pem", "no certificate\n"),
      huge: write("huge.pem", `${localhostTls.cert}\n`.repeat(2000))
    }
  }),
  ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

const run = (port: number, ...flags: ReadonlyArray<string>) =>
  spawnCli(["run", "--url", `wss://localhost:${port}/`, "--admin", "off", "--log-format", "json", ...flags])

describe("botswain run with certificates", () => {
  it.live("trusts an authority of --tls-ca, and without it does not", () =>
    Effect.gen(function* () {
      const { cert } = yield* files
      const server = yield* wssServer
      const distrusts = yield* run(server.port)
      yield* distrusts.printed(/DEPTH_ZERO_SELF_SIGNED_CERT/)
      yield* run(server.port, "--tls-ca", cert)
      yield* Queue.take(server.accepted)
    }).pipe(Effect.scoped)
  )

  it.live("shows a client certificate to who asks for one", () =>
    Effect.gen(function* () {
      const { cert, key } = yield* files
      const server = yield* wssServerWith({ requestCert: true, rejectUnauthorized: true, ca: localhostTls.cert })
      yield* run(server.port, "--tls-ca", cert, "--tls-cert", cert, "--tls-key", key)
      yield* Queue.take(server.accepted)
    }).pipe(Effect.scoped)
  )

  it.live(
    "is told in one line which file cannot be used, and dials nothing",
    () =>
      Effect.gen(function* () {
        const { broken, cert, encrypted, folder, huge, key, other, text } = yield* files
        const server = yield* wssServer
        const cannotRead = "the file cannot be read: ENOENT"
        const none = "the file has no certificate in PEM form that can be read"
        const cases: ReadonlyArray<readonly [flags: ReadonlyArray<string>, problem: string]> = [
          [["--tls-ca", join(folder, "missing")], `--tls-ca: ${cannotRead}`],
          [["--tls-ca", folder], "--tls-ca: needs a file in PEM form of at most 1 MiB"],
          [["--tls-ca", huge], "--tls-ca: needs a file in PEM form of at most 1 MiB"],
          [["--tls-ca", "/dev/zero"], "--tls-ca: needs a file in PEM form of at most 1 MiB"],
          [["--tls-ca", text], `--tls-ca: ${none}`],
          [["--tls-ca", broken], `--tls-ca: ${none}`],
          [["--tls-cert", cert], "--tls-cert: needs --tls-key too"],
          [["--tls-key", key], "--tls-key: needs --tls-cert too"],
          [["--tls-cert", text, "--tls-key", key], `--tls-cert: ${none}`],
          [["--tls-cert", cert, "--tls-key", join(folder, "missing")], `--tls-key: ${cannotRead}`],
          [
            ["--tls-cert", cert, "--tls-key", text],
            "--tls-key: the file has no private key in PEM form that can be read"
          ],
          [
            ["--tls-cert", cert, "--tls-key", encrypted],
            "--tls-key: the key is encrypted, and nobody can be asked for its passphrase"
          ],
          [["--tls-cert", cert, "--tls-key", other], "--tls-key: the key is not that of the certificate of --tls-cert"]
        ]
        for (const [flags, problem] of cases) {
          const ended = yield* runCli(["run", "--url", `wss://localhost:${server.port}/`, "--admin", "off", ...flags])
          assert.deepInclude(ended, { code: 1, stderr: `botswain: ${problem}\n` })
        }
        assert.strictEqual(yield* Queue.size(server.accepted), 0)
      }).pipe(Effect.scoped),
    60_000
  )
})
