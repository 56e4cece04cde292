import { connections } from "./connections.ts"
import { frames } from "./frames.ts"
import { fuzzer, type Fuzzer } from "./Fuzzer.ts"
import { handshakes } from "./handshakes.ts"
import type { BothLayers } from "./lives.ts"

/** All kinds of input, by their names. */
export const kinds: ReadonlyArray<Fuzzer<BothLayers>> = [fuzzer(frames), fuzzer(connections), fuzzer(handshakes)]
