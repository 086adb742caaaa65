"use strict";
// Loaded before the gateway in its own process: tells a test over the IPC channel what only the process itself knows.
const { readdirSync } = require("node:fs");

const send = (message) => process.send?.(message, () => undefined);

process.on("uncaughtExceptionMonitor", (error, origin) => {
  send({ uncaught: `${origin}: ${error?.stack ?? String(error)}` });
});
// a handler of the gateway's own would keep a rejection from becoming an exception; then it has to be told here
process.on("newListener", (event, listener) => {
  if (event !== "unhandledRejection" || listener === tellRejection) return;
  if (!process.listeners("unhandledRejection").includes(tellRejection)) process.on("unhandledRejection", tellRejection);
});
function tellRejection(reason) {
  send({ uncaught: `unhandledRejection: ${reason?.stack ?? String(reason)}` });
}
process.on("message", (asked) => {
  if (asked !== "measure") return;
  global.gc?.();
  // what the first collection found is counted as given back when a second one finishes the sweeping
  setImmediate(() => {
    global.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    send({
      measured: { heapUsed, external, rss, descriptors: readdirSync("/proc/self/fd").length, resources: process.getActiveResourcesInfo() },
    });
  });
});
process.channel?.unref();
