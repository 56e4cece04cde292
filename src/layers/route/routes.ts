import { Effect, Exit } from "effect"
import { ofProxy } from "../../services/DialError.ts"
import { proxyFor } from "../../services/Proxies.ts"
import { Settings } from "../../services/Settings.ts"
import { type Socket } from "../../services/Socket.ts"
import type { Names } from "../../websocket/names/Names.ts"
import { namesOfProcess } from "../../websocket/names/namesOfProcess.ts"
import { resolveBy } from "../../websocket/names/resolve.ts"
import type { Route } from "../../websocket/Way.ts"
import type { Endpoint } from "../../wire/Endpoint.ts"
import { readCertificates } from "./certificates.ts"

/** Routes to hosts, as the settings have them. */
export interface Routes {
  readonly names: Names
  readonly to: (endpoint: Endpoint) => Route
  /** Looks up where to connect to: the host, or the proxy that looks the host up. */
  readonly resolve: NonNullable<Socket["Service"]["resolve"]>
}

/** Makes the routes of a fleet. Fails where a file that the settings name cannot be used. */
export const makeRoutes = Effect.gen(function* () {
  const settings = yield* Settings
  const contexts = yield* readCertificates(settings)
  const names = yield* namesOfProcess
  const resolve = resolveBy(names, settings.connectTimeout)
  const routes: Routes = {
    names,
    to: (endpoint) => {
      const proxy = proxyFor(settings.proxy, endpoint)
      return {
        names,
        secureContext: endpoint.secure ? contexts.ofHosts() : undefined,
        proxy: proxy && { endpoint: proxy, secureContext: proxy.secure ? contexts.ofProxies() : undefined }
      }
    },
    resolve: (endpoint, urgent) => {
      const proxy = proxyFor(settings.proxy, endpoint)
      if (proxy === undefined) return resolve(endpoint, urgent)
      const addresses = resolve(proxy, urgent)
      // What is known is given as it is: there is nothing to wait for.
      if (Exit.isExit(addresses) && Exit.isSuccess(addresses)) return addresses
      return Effect.mapError(addresses, ofProxy)
    }
  }
  return routes
})
