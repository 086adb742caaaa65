// Loaded into a gateway by NODE_OPTIONS (see loop-slices.ts): notes for how long the main thread's event loop was held.
const { appendFileSync, openSync, readSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

const output = process.env.LOOP_SLICES;
/** Shorter ones are of no interest, and noting them would be work of its own. */
const NOTED_MS = 5;

/** Reads how long the main thread ran on a processor, and how long it was ready while others had it, both in milliseconds. */
function schedule() {
  const buffer = Buffer.alloc(64);
  const file = openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
  return () => {
    const [ran, waited] = buffer.toString("latin1", 0, readSync(file, buffer, 0, 64, 0)).split(" ");
    return { time: performance.now(), ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 };
  };
}

if (output !== undefined && isMainThread) {
  const read = schedule();
  let last = read();
  setInterval(() => {
    const now = read();
    const held = now.time - last.time - (now.waited - last.waited);
    if (held >= NOTED_MS) appendFileSync(output, `${Date.now()} ${(now.ran - last.ran).toFixed(1)} ${held.toFixed(1)}\n`);
    last = read();
  }, 1).unref();
}
