import type { Reporter, SerializedError, TestModule } from "vitest/node"

/**
 * Ends every run with one plain line, `12 passed, 0 failed, 1 skipped`. A file
 * that could not be loaded and an error outside of any test count as failures.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<SerializedError>): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      count.failed += module.errors().length
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length
      for (const test of module.children.allTests()) count[test.result().state] += 1
    }
    const skipped = count.skipped + count.pending
    const line = `${count.passed} passed, ${count.failed} failed`
    console.log(skipped === 0 ? line : `${line}, ${skipped} skipped`)
  }
}
