/** Prints and draws the summaries. */
import { aligned } from "./aligned";
import type { Summary } from "./statistics";
import type { SubjectName } from "./subjects";
import type { Workload } from "./workloads";

/** One line of the table. */
export interface Line {
  readonly workload: Workload["name"];
  readonly subject: SubjectName;
  readonly summary: Summary;
}

/** What one subject came to on one workload; undefined where that was not measured. */
export const find = (lines: readonly Line[], workload: string, subject: SubjectName): Summary | undefined =>
  lines.find((line) => line.workload === workload && line.subject === subject)?.summary;

/** Speed of `line` over the speed of `subject` on the same workload; undefined where that was not measured. */
export function ratio(lines: readonly Line[], line: Line, subject: SubjectName): number | undefined {
  const other = find(lines, line.workload, subject);
  return other && line.summary.requestsPerSecond / other.requestsPerSecond;
}

/** The gateway's speed on a workload over the speed that its goal names; undefined where either was not measured. */
export function reached(lines: readonly Line[], { name, goal }: Pick<Workload, "name" | "goal">): number | undefined {
  const [own, base] = [find(lines, name, "gateway"), find(lines, goal.workload, goal.subject)];
  return own && base && own.requestsPerSecond / base.requestsPerSecond;
}

/** As `ratio`, for processor time per request, which says something also where a round does not count. */
function cpuRatio(lines: readonly Line[], line: Line): number | undefined {
  const relay = find(lines, line.workload, "relay");
  return relay && relay.microseconds / line.summary.microseconds;
}

const columns = [
  "workload",
  "subject",
  "req/s",
  "x relay",
  "x floor",
  "x nginx",
  "p50 ms",
  "p99 ms",
  "core",
  "cpu µs/req",
  "x relay",
  "rounds",
] as const;

/** The table as text, right-aligned; `~` marks figures of which no round counts. */
export function table(lines: readonly Line[]): string {
  const rows = lines.map((line) => {
    const { summary } = line;
    const times = (subject: SubjectName): string => ratio(lines, line, subject)?.toFixed(2) ?? "-";
    return [
      line.workload,
      line.subject,
      `${summary.reliable ? "" : "~"}${Math.round(summary.requestsPerSecond)}`,
      times("relay"),
      times("floor"),
      times("nginx"),
      summary.p50.toFixed(2),
      summary.p99.toFixed(2),
      `${Math.round(summary.core * 100)} %`,
      summary.microseconds.toFixed(1),
      cpuRatio(lines, line)?.toFixed(2) ?? "-",
      `${summary.counted}/${summary.rounds}`,
    ];
  });
  return aligned([columns, ...rows]);
}

const height = 26;
const scale = 420;

/** The requests per second as a bar chart, one group per workload, each group with a scale of its own. */
export function chart(lines: readonly Line[]): string {
  const bars = lines.map((line, index) => {
    const most = Math.max(...lines.filter(({ workload }) => workload === line.workload).map(({ summary }) => summary.requestsPerSecond));
    const width = Math.max(1, Math.round((scale * line.summary.requestsPerSecond) / most));
    const y = index * height + 8;
    const label = `${line.summary.reliable ? "" : "at least "}${Math.round(line.summary.requestsPerSecond)} req/s, p99 ${line.summary.p99.toFixed(2)} ms`;
    const colour = line.subject === "gateway" ? "#2563eb" : "#9ca3af";
    return [
      `<text x="128" y="${y + 14}" text-anchor="end">${line.workload} ${line.subject}</text>`,
      `<rect x="136" y="${y}" width="${width}" height="${height - 6}" fill="${colour}"/>`,
      `<text x="${144 + width}" y="${y + 14}">${label}</text>`,
    ].join("");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="820" height="${lines.length * height + 16}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...bars,
    "</svg>\n",
  ].join("\n");
}
