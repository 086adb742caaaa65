// Loaded into a gateway by NODE_OPTIONS (see loop-slices.ts): notes for how long the main thread's event loop was held.
const { appendFileSync, openSync, readSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

const output = process.env.LOOP_SLICES;
/** Shorter ones are of no interest, and noting them would be work of its own. */
const NOTED_MS = 5;

/** Nanoseconds that the main thread was ready to run while others had the processor; undefined where the system does not tell. */
function waitedForProcessor() {
  try {
    const buffer = Buffer.alloc(64);
    const file = openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
    return () => Number(buffer.toString("latin1", 0, readSync(file, buffer, 0, 64, 0)).split(" ")[1]);
  } catch {
    return () => 0;
  }
}

if (output !== undefined && isMainThread) {
  const waited = waitedForProcessor();
  let lastTime = performance.now();
  let lastWaited = waited();
  setInterval(() => {
    const time = performance.now();
    const wait = waited();
    const held = time - lastTime - (wait - lastWaited) / 1e6;
    if (held >= NOTED_MS) appendFileSync(output, `${Date.now()} ${held.toFixed(1)}\n`);
    lastTime = performance.now();
    lastWaited = waited();
  }, 1).unref();
}
