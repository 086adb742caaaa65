/** The balancing algorithms that this version serves, each in its file. One line here and `npm run generate` add one. */
export { consistentHashing } from "./consistent-hashing";
export { leastConnections } from "./least-connections";
export { lowestLatency } from "./lowest-latency";
export { lowestUsage } from "./lowest-usage";
export { priority } from "./priority";
export { roundRobin } from "./round-robin";
