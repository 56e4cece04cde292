// `npm start` plays the demo; `npm start -- run --url ws://…` runs any other command.
if (process.argv.length === 2) process.argv.push("demo")
await import("../src/bin.ts")
