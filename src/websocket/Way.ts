import type { SecureContext } from "node:tls"
import type { Endpoint } from "../wire/Endpoint.ts"
import type { Names } from "./names/Names.ts"

/** Way to a host that is not known to have one address. It is needed until the handshake is done. */
export interface Way {
  /** True until there is a socket, or it has ended. */
  readonly isUnderWay: boolean
  /** True while a proxy has not let it through yet; still, where the way has ended there. */
  readonly isAtProxy: boolean
  /** Begins. Its arrival may be told before this returns. */
  readonly start: () => void
  /** Ends it, wherever it is. */
  readonly destroy: () => void
  /** Learns how the handshake has ended. */
  readonly settle: (opened: boolean) => void
}

/** A proxy that lets connections through: RFC 9110 section 9.3.6. */
export interface Proxy {
  readonly endpoint: Endpoint
  /** For an https proxy. */
  readonly secureContext: SecureContext | undefined
}

/** What a connection goes by. */
export interface Route {
  readonly names: Names
  /** For a wss URL. */
  readonly secureContext: SecureContext | undefined
  /** Names of hosts are then the proxy's to look up. */
  readonly proxy: Proxy | undefined
}
