import { parseLoad } from "../../bench/load";
import { chart, ratio, table, reached, type Line } from "../../bench/report";

const summary = { counted: 5, rounds: 5, reliable: true, requestsPerSecond: 1000, microseconds: 990, p50: 1, p99: 2, core: 0.99 };
const lines: readonly Line[] = [
  { workload: "chat", subject: "relay", summary },
  { workload: "chat", subject: "nginx", summary: { ...summary, requestsPerSecond: 4000, reliable: false, counted: 0 } },
  { workload: "chat", subject: "gateway", summary: { ...summary, requestsPerSecond: 800, microseconds: 1320 } },
];

it("compares with the same workload only", () => {
  const [, , gateway] = lines as readonly [Line, Line, Line];
  expect(ratio(lines, gateway, "relay")).toBe(0.8);
  expect(ratio(lines, { ...gateway, workload: "stream" }, "relay")).toBeUndefined();
});

it("compares each workload with what its goal names", () => {
  const failover = { name: "failover", goal: { least: 0.6, subject: "gateway", workload: "chat" } } as const;
  const translated = { name: "translated", goal: { least: 0.5, subject: "relay", workload: "translated" } } as const;
  const all: readonly Line[] = [
    ...lines,
    { workload: "failover", subject: "gateway", summary: { ...summary, requestsPerSecond: 600 } },
    { workload: "translated", subject: "relay", summary },
    { workload: "translated", subject: "gateway", summary: { ...summary, requestsPerSecond: 550 } },
  ];
  expect([reached(lines, failover), reached(lines, translated)]).toEqual([undefined, undefined]);
  expect([reached(all, failover), reached(all, translated)]).toEqual([0.75, 0.55]);
});

it("prints one aligned line per subject and marks a lower bound", () => {
  const rows = table(lines).split("\n");
  expect(rows).toHaveLength(4);
  expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  expect(rows[2]).toMatch(/chat\s+nginx\s+~4000\s+4\.00\s+-\s+1\.00/);
  expect(rows[3]).toMatch(/chat\s+gateway\s+800\s+0\.80\s+-\s+0\.20.*1320\.0\s+0\.75\s+5\/5/);
});

it("draws a bar per subject, the longest for the fastest", () => {
  const widths = [...chart(lines).matchAll(/<rect x="136"[^>]* width="(\d+)"/g)].map(([, width]) => Number(width));
  expect(widths).toEqual([105, 420, 84]);
});

it("reads wrk's result line and refuses an output without one", () => {
  const result = { requests: 10, seconds: 2, errors: 0, p50: 1.5, p99: 3 };
  expect(parseLoad(`Running 2s test\nRESULT ${JSON.stringify(result)}\n`)).toEqual(result);
  expect(() => parseLoad("unable to connect")).toThrow("but printed: unable to connect");
});
