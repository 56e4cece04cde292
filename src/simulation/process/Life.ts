import type { Connection } from "../../services/Socket.ts"

/** Life of a fleet's process, as the world has to do with it: what happens after its end reaches nobody. */
export class Life {
  #isOver = false
  readonly #connections = new Set<Connection>()

  get isOver(): boolean {
    return this.#isOver
  }

  /** Holds a connection of the process until that has ended. */
  opened(connection: Connection): void {
    this.#connections.add(connection)
  }

  ended(connection: Connection): void {
    this.#connections.delete(connection)
  }

  /** Ends it: the machine resets every socket that the process has left. */
  end(): void {
    this.#isOver = true
    for (const connection of this.#connections) connection.terminate()
    this.#connections.clear()
  }
}
