/**
 * Draws how each algorithm spreads requests over four targets in virtual time, through an open circuit, a target that fails at once, and two targets that
 * swap their speeds: `npm run bench:shares` writes bench/results/balancers.svg.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Algorithm } from "../../config/types.generated";
import type { Outcome } from "../../runtime/balancers/balancer";
import type { TargetPlan } from "../../runtime/targets/target-plan";
import { outcome, setOf, simulate, tokens, world } from "../../test/runtime/balancers/support";

const seconds = 120;
const bucketSeconds = 2;
const rate = 100;
const names = ["A", "B", "C", "D"];
const colours = ["#2563eb", "#ea580c", "#059669", "#9333ea"];

/** What happens to targets for a while. */
interface Event {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

interface Panel {
  readonly title: string;
  readonly remark: string;
  readonly algorithm: Algorithm;
  readonly weights: readonly number[];
  readonly events: readonly Event[];
  /** How long an answer takes, in ms. */
  readonly takes: (index: number, second: number) => number;
}

const away: Event = { from: 30, to: 50, label: "A is left out" };
const failing: Event = { from: 75, to: 95, label: "B fails in 1 ms" };
const swap: Event = { from: 60, to: seconds, label: "A and B swap speeds" };

const alike = (): number => 400;
const tripled = (index: number): number => [300, 450, 600, 750][index]!;
const weighted = [40, 30, 20, 10];
const troubles = [away, failing];

const panels: readonly Panel[] = [
  {
    ...{ title: "round-robin", remark: "weights 40 : 30 : 20 : 10", algorithm: "round-robin", weights: weighted },
    events: troubles,
    takes: alike,
  },
  {
    ...{ title: "consistent-hashing", remark: "weights 40 : 30 : 20 : 10, × 50", algorithm: "consistent-hashing" },
    ...{ weights: weighted.map((weight) => weight * 50), events: troubles, takes: alike },
  },
  {
    ...{ title: "least-connections", remark: "equal weights; A answers in 300 ms, B 450, C 600, D 750", algorithm: "least-connections" },
    ...{ weights: [100, 100, 100, 100], events: troubles, takes: tripled },
  },
  {
    ...{ title: "lowest-usage", remark: "weights 40 : 30 : 20 : 10; B's answers are twice as long", algorithm: "lowest-usage" },
    ...{ weights: weighted, events: troubles, takes: alike },
  },
  {
    ...{ title: "priority", remark: "A and B are the first group, C and D the second", algorithm: "priority", weights: [9, 9, 1, 1] },
    ...{ events: [{ ...away, label: "A and B are left out" }, failing], takes: alike },
  },
  {
    ...{ title: "lowest-latency", remark: "equal weights; A answers in 300 ms, B 450, C 600, D 750", algorithm: "lowest-latency" },
    ...{ weights: [100, 100, 100, 100], events: [away, { ...failing, label: "A fails in 1 ms" }], takes: tripled },
  },
  {
    ...{
      title: "lowest-latency, a swap",
      remark: "A answers in 200 ms, B 900, C and D 1,000; then A 900, B 200",
      algorithm: "lowest-latency",
    },
    ...{ weights: [100, 100, 100, 100], events: [swap] },
    takes: (index, second) => (index > 1 ? 1000 : (index === 0) === second < swap.from ? 200 : 900),
  },
];

/** Every other curve is broken, so that one below it can be seen. */
const stroke = (index: number, thickness: number): string =>
  `stroke="${colours[index]!}" stroke-width="${thickness}"${index % 2 === 1 ? ' stroke-dasharray="5 3"' : ""}`;

const isDuring = ({ from, to }: Event, second: number): boolean => second >= from && second < to;

/** Whether an event whose label begins with these targets concerns one of them. */
function concerns({ label }: Event, index: number): boolean {
  return label.split(/ (?:is|are|fails) /)[0]!.includes(names[index]!);
}

/** Per target the share of picks in each bucket. */
function run({ algorithm, weights, events, takes }: Panel): number[][] {
  const one = world(algorithm, 7, { latency_strategy: "e2e" });
  const counts = names.map(() => new Array<number>(seconds / bucketSeconds).fill(0));
  const serve = ({ index }: TargetPlan, at: number): Outcome => {
    const second = at / 1000;
    if (events.some((event) => event.label.includes("fails") && isDuring(event, second) && concerns(event, index))) {
      return outcome({ kind: "failed", milliseconds: 1 });
    }
    return outcome({ milliseconds: takes(index, second) * (0.9 + 0.2 * one.random()), usage: tokens(index === 1 ? 400 : 200) });
  };
  simulate({
    ...{ world: one, set: setOf(weights), rate, seconds, serve },
    leftOut: ({ index }) =>
      events.some((event) => event.label.includes("left out") && isDuring(event, one.clock.time / 1000) && concerns(event, index)),
    onPick: ({ index }, at) => counts[index]![Math.floor(at / 1000 / bucketSeconds)]!++,
  });
  return counts.map((row) => row.map((each) => each / (rate * bucketSeconds)));
}

const width = 372;
const height = 190;
const columns = 3;
const margin = { left: 46, top: 104, gapX: 54, gapY: 78 };
const x = (second: number): number => (second / seconds) * width;
const y = (share: number): number => height - share * height;
const text = (left: number, top: number, content: string, more = ""): string => `<text x="${left}" y="${top}" ${more}>${content}</text>`;
const line = (x1: number, y1: number, x2: number, y2: number, more: string): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${more}/>`;

function draw(panel: Panel, at: number): string {
  const left = margin.left + (at % columns) * (width + margin.gapX);
  const top = margin.top + Math.floor(at / columns) * (height + margin.gapY);
  const bands = panel.events.map((event) =>
    [
      `<rect x="${x(event.from)}" y="0" width="${x(event.to) - x(event.from)}" height="${height}" fill="#f3f4f6"/>`,
      text((x(event.from) + x(event.to)) / 2, -5, event.label, `text-anchor="middle" fill="#4b5563" font-size="10.5"`),
    ].join(""),
  );
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      line(0, y(share), width, y(share), `stroke="#e5e7eb"`) +
      text(-6, y(share) + 4, `${share * 100} %`, `text-anchor="end" fill="#6b7280" font-size="10"`),
  );
  const ticks = [0, 30, 60, 90, 120].map((second) =>
    text(x(second), height + 15, `${second} s`, `text-anchor="middle" fill="#6b7280" font-size="10"`),
  );
  const curves = run(panel).map((row, index) => {
    const points = row.map((share, bucket) => `${x((bucket + 0.5) * bucketSeconds).toFixed(1)},${y(share).toFixed(1)}`);
    return `<polyline points="${points.join(" ")}" fill="none" ${stroke(index, 1.8)} stroke-linejoin="round"/>`;
  });
  const heading =
    text(0, -36, panel.title, `font-weight="600" font-size="14"`) + text(0, -21, panel.remark, `fill="#4b5563" font-size="11"`);
  return `<g transform="translate(${left},${top})">${[heading, ...bands, ...grid, ...ticks, ...curves].join("\n")}</g>`;
}

function legend(): string {
  const left = margin.left + (panels.length % columns) * (width + margin.gapX);
  const top = margin.top + Math.floor(panels.length / columns) * (height + margin.gapY);
  const entries = names.map(
    (name, index) => line(0, index * 24, 28, index * 24, stroke(index, 2.5)) + text(38, index * 24 + 4, `target ${name}`),
  );
  const remarks = [
    `Share of the first choices, in steps of ${bucketSeconds} s, at ${rate} requests/s.`,
    "Virtual time, fixed seed. Grey: while something is wrong.",
    "Without circuit breaker: what a failing target gets is the algorithm's own doing.",
  ];
  const lines = remarks.map((remark, index) => text(0, 118 + index * 18, remark, `fill="#4b5563"`));
  return `<g transform="translate(${left},${top})">${[...entries, ...lines].join("\n")}</g>`;
}

function main(): void {
  const rows = Math.ceil((panels.length + 1) / columns);
  const size = [margin.left + columns * (width + margin.gapX), margin.top + rows * (height + margin.gapY) - 40] as const;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" font-family="sans-serif" font-size="12" fill="#111827">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text(margin.left, 28, "How the balancers spread requests", `font-weight="600" font-size="17"`),
    ...panels.map(draw),
    legend(),
    "</svg>\n",
  ].join("\n");
  const folder = join(__dirname, "../results");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "balancers.svg");
  writeFileSync(file, svg);
  console.log(`Written: ${file}`);
}

main();
