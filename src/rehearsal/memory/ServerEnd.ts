/** The server's end of a connection in memory, as the client's end knows it. */
export interface ServerEnd {
  readonly onFrame: (frame: string) => void
  readonly onPing: () => void
  /** False while nothing that the client sends is read. */
  readonly isReading: () => boolean
  /** A close frame of the client, or its answer to the server's. */
  readonly onCloseFrame: (code: number) => void
  /** The connection is lost, or the client has ended its stream. Only the first call counts. */
  readonly onClientGone: () => void
}
