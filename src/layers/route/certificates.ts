import { createPrivateKey, X509Certificate } from "node:crypto"
import { readFile, stat } from "node:fs/promises"
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls"
import { Effect } from "effect"
import { errorCode } from "../../node/errorCode.ts"
import { BadSetting, type SettingsValues } from "../../services/Settings.ts"

type CertificateSetting = "tlsCa" | "tlsCert" | "tlsKey"

/** Contexts of TLS. Each is made by the first dial that needs it, for all: it weighs 20 KB and more. */
export interface SecureContexts {
  /** For hosts: it has the client certificate. */
  readonly ofHosts: () => SecureContext
  /** For https proxies: they are not shown it. */
  readonly ofProxies: () => SecureContext
}

/** Bytes of a file with certificates: the authorities of a whole browser are a quarter of it. */
const maxFileSize = 1 << 20

const pemCertificate =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g

const readPem = Effect.fnUntraced(function* (setting: CertificateSetting, path: string) {
  const cannotRead = (error: unknown) =>
    new BadSetting({ setting, problem: `the file cannot be read: ${errorCode(error) ?? "unknown error"}` })
  const info = yield* Effect.tryPromise({ try: () => stat(path), catch: cannotRead })
  if (!info.isFile() || info.size > maxFileSize) {
    return yield* new BadSetting({ setting, problem: "needs a file in PEM form of at most 1 MiB" })
  }
  return yield* Effect.tryPromise({ try: () => readFile(path, "utf8"), catch: cannotRead })
})

const certificatesIn = (setting: CertificateSetting, pem: string) =>
  Effect.try({
    try: () => {
      const certificates = pem.match(pemCertificate)?.map((each) => new X509Certificate(each)) ?? []
      if (certificates.length === 0) throw new Error("none")
      return certificates
    },
    catch: () => new BadSetting({ setting, problem: "the file has no certificate in PEM form that can be read" })
  })

/** The client's certificate and its key. Fails where they do not belong together. */
const identityOf = Effect.fnUntraced(function* (certPath: string, keyPath: string) {
  const cert = yield* readPem("tlsCert", certPath)
  const [certificate] = yield* certificatesIn("tlsCert", cert)
  const key = yield* readPem("tlsKey", keyPath)
  if (/-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(key)) {
    return yield* new BadSetting({
      setting: "tlsKey",
      problem: "the key is encrypted, and nobody can be asked for its passphrase"
    })
  }
  const privateKey = yield* Effect.try({
    try: () => createPrivateKey(key),
    catch: () =>
      new BadSetting({ setting: "tlsKey", problem: "the file has no private key in PEM form that can be read" })
  })
  if (certificate?.checkPrivateKey(privateKey) !== true) {
    return yield* new BadSetting({ setting: "tlsKey", problem: "the key is not that of the certificate of tlsCert" })
  }
  const identity = { cert, key }
  // OpenSSL has rules of its own: a key that is too short, say.
  yield* Effect.try({
    try: () => createSecureContext(identity),
    catch: () => new BadSetting({ setting: "tlsCert", problem: "TLS does not take this certificate and key" })
  })
  return identity
})

/** Reads the files of certificates that the settings name. Fails on the first that cannot be used. */
export const readCertificates = Effect.fnUntraced(function* ({ tlsCa, tlsCert, tlsKey }: SettingsValues) {
  let authorities: { readonly ca?: Array<string> } = {}
  if (tlsCa !== undefined) {
    const own = yield* Effect.flatMap(readPem("tlsCa", tlsCa), (pem) => certificatesIn("tlsCa", pem))
    authorities = { ca: [...getCACertificates("default"), ...own.map(String)] }
  }
  const identity = tlsCert === undefined || tlsKey === undefined ? {} : yield* identityOf(tlsCert, tlsKey)
  let hosts: SecureContext | undefined
  let proxies: SecureContext | undefined
  const contexts: SecureContexts = {
    ofHosts: () => (hosts ??= createSecureContext({ ...authorities, ...identity })),
    ofProxies: () => (proxies ??= createSecureContext(authorities))
  }
  return contexts
})
