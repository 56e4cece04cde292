import type { Command } from "effect/cli"
import type { BotPlan } from "../../main/operatedFleet.ts"
import { oneOf } from "../../services/settings/texts.ts"
import { flagsOf } from "./option.ts"
import { sizeBetween, text } from "./values.ts"

const isolations = ["thread", "process"] as const

const mebibyte = 1024 * 1024

/** Bytes of memory that a bot may use, where nothing is said. */
const defaultMemory = 512 * mebibyte

/** Specs of the flags about the bot. */
export const botSpecs = {
  bot: {
    name: "bot",
    metavar: "FILE",
    about: "Module whose default export handles messages, or is a Layer of a Bot",
    more: "See [the bot](#the-bot).",
    preset: "messages are only counted",
    read: text
  },
  botIsolation: {
    name: "bot-isolation",
    metavar: "WHAT",
    about: "What keeps the bot apart from the fleet: a thread or a process of its own",
    more: "A process survives what [a thread does not](security.md#bots), for 50 MB more.",
    preset: "thread",
    choices: isolations,
    read: oneOf(isolations)
  },
  botMemory: {
    name: "bot-memory",
    metavar: "SIZE",
    about: `Memory of the bot, heap and buffers, beyond which it is started anew: bytes, or "256 MiB"`,
    preset: "512 MiB",
    range: "from 64 MiB to 64 GiB",
    read: sizeBetween(64 * mebibyte, 65_536 * mebibyte, "64 MiB to 64 GiB")
  }
}

/** Flags about the bot. */
export const botFlags = flagsOf(botSpecs)

/** Plan of a bot, but for where it prints. `source`: the flag or variable that names its file. */
export interface BotFlagsPlan extends Omit<BotPlan, "print"> {
  readonly source: string
}

/** Plans the bot by its flags; `undefined` where there is none. */
export const botPlan = ({
  bot,
  botIsolation,
  botMemory
}: Command.Command.Config.Infer<typeof botFlags>): BotFlagsPlan | undefined =>
  bot === undefined
    ? undefined
    : {
        source: bot.source,
        file: bot.value,
        isolation: botIsolation?.value ?? "thread",
        memory: botMemory?.value ?? defaultMemory
      }
