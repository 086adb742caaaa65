/**
 * A gateway in a process of its own that measures itself when it is asked. Run with `--expose-gc`; the argument is the configuration file.
 */
import { startGateway } from "../../../runtime/gateway";

/** What the process tells about itself. */
export interface Measurement {
  /** After a full garbage collection, in bytes. */
  readonly heapUsed: number;
  readonly rss: number;
  /**
   * Resident memory but for JavaScript's heap, in bytes: buffers, sockets, native code. The heap's room is left out, as V8 widens its young generation in
   * steps of up to 16 MiB whenever enough has survived it, without anything being kept: of the heap only what is used tells of a leak.
   */
  readonly outsideHeap: number;
  /** `process.getActiveResourcesInfo()`, sorted. */
  readonly resources: readonly string[];
}

async function main(): Promise<void> {
  const [, , config = "", log = ""] = process.argv;
  const gateway = await startGateway({ config, port: 0, adminPort: 0, logDestination: log });
  process.on("message", (question) => {
    if (question === "close") {
      void gateway.close().then(() => process.disconnect());
      return;
    }
    globalThis.gc?.();
    const { heapUsed, heapTotal, rss } = process.memoryUsage();
    const measured: Measurement = { heapUsed, rss, outsideHeap: rss - heapTotal, resources: process.getActiveResourcesInfo().sort() };
    process.send?.(measured);
  });
  process.send?.({ port: gateway.port, adminPort: gateway.adminPort });
}

void main();
