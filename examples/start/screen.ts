/** The text that `npm start` prints; pure, so that it reads the same in a terminal, a file and a test. */
import type { JournalEntry } from "./journal";
import type { TargetSummary } from "./synthesized";

/** What was asked for, where it is known: requests that come from elsewhere are not. */
export interface Question {
  readonly prompt: string;
  /** `model` of the request's body, if it had one. */
  readonly model?: string;
}

const percent = (part: number, whole: number): string => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1).replace(/\.0$/, "")} %`);

/** Columns padded to their widest cell, numbers to the right. */
function columns(rows: readonly (readonly string[])[], numeric: readonly number[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const pad = (cell: string, index: number): string =>
    numeric.includes(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0);
  return rows.map((row) => `  ${row.map(pad).join("   ")}`.trimEnd()).join("\n");
}

/** The targets with their weight's share and what they have answered so far. */
export function targetTable(targets: readonly TargetSummary[], answered: ReadonlyMap<string, number>): string {
  const weights = targets.reduce((sum, { weight }) => sum + weight, 0);
  const total = [...answered.values()].reduce((sum, count) => sum + count, 0);
  const rows = targets.map(({ provider, model, alias, weight }) => {
    const count = answered.get(model) ?? 0;
    return [`${provider}/${model}`, alias ?? "-", String(weight), percent(weight, weights), String(count), percent(count, total)];
  });
  return columns([["target", "alias", "weight", "share due", "answered", "share so far"], ...rows], [2, 3, 4, 5]);
}

function reason(question: Question | undefined, target: TargetSummary | undefined, algorithm: string): string {
  if (target === undefined) return "no target";
  if (question?.model === undefined) return `${algorithm}, weight ${target.weight}`;
  return question.model === target.alias ? `asked for alias ${question.model}` : `asked for model ${question.model}`;
}

/** One line per request: what was asked, who answered, why, how long it took, what it would have cost. */
export function requestLine(
  entry: JournalEntry,
  question: Question | undefined,
  targets: readonly TargetSummary[],
  algorithm: string,
): string {
  const target = targets.find(({ model }) => model === entry.model);
  const prompt = (question?.prompt ?? "(your request)").padEnd(34);
  const answeredBy = (target?.model ?? `status ${entry.status}`).padEnd(12);
  const cost = entry.cost === undefined || entry.cost === 0 ? "" : `  $${entry.cost.toFixed(6)}`;
  return `  ${prompt} -> ${answeredBy} ${reason(question, target, algorithm).padEnd(26)} ${entry.milliseconds.toFixed(1).padStart(6)} ms${cost}`;
}

/** How to go on. */
export const nextSteps = (url: string): string => `Try it:

  curl -s ${url} -H 'content-type: application/json' \\
    -d '{"messages":[{"role":"user","content":"Hello"}]}'

Next:
  examples/quickstart.ts   the gateway that you just ran: change a weight there and start again
  README.md                deploy it to Docker with cdktf deploy, review changes as a plan
  docs/configuration.md    every field

Ctrl-C ends it.`;
