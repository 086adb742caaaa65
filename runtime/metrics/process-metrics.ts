import { collectDefaultMetrics, Registry } from "prom-client";

let registry: Registry | undefined;

/**
 * prom-client's metrics of the process: CPU, memory, heap, event loop, garbage collection, under their usual names. One registry per process and
 * not per gateway, as what collects them (a timer, an observer of the collector) cannot be ended.
 */
export function processRegistry(): Registry {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry;
}
