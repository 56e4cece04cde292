import type { Name } from "./Name.ts"

/** Names in line for a look-up: those of better standing first, and of each whoever came first. */
export class Line {
  readonly #lines = [new Set<Name>(), new Set<Name>(), new Set<Name>(), new Set<Name>()]

  add(name: Name): void {
    this.#lines[name.standing]?.add(name)
  }

  delete(name: Name): boolean {
    return this.#lines[name.standing]?.delete(name) === true
  }

  has(name: Name): boolean {
    return this.#lines[name.standing]?.has(name) === true
  }

  first(): Name | undefined {
    for (const line of this.#lines) for (const name of line) return name
    return undefined
  }

  get size(): number {
    return this.#lines.reduce((sum, { size }) => sum + size, 0)
  }
}
