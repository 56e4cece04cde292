// A bot, for names.test.ts: asks for names that nobody answers for, and goes on.
for (let n = 0; n < 200; n++) fetch(`http://b${n}.dead.test:8080/`).catch(() => {})

export default () => {}
