import { readFileSync } from "node:fs";
import { CannotRun, describeError, EXIT } from "../errors";
import type { Io } from "../io";
import { toMarkdown } from "./markdown";
import { readPlan } from "./read-plan";
import { summarise } from "./summarise";

/** Arguments of `signalbox plan-summary`. */
export interface PlanSummaryOptions {
  /** Path of the plan's JSON, or `-` for standard input. */
  readonly file: string;
  /** Print one JSON object instead of Markdown. */
  readonly json: boolean;
}

/** Version of what `--json` prints; members may be added within one. */
const FORMAT = 1;

/**
 * Prints what a plan changes about its gateways.
 * @throws CannotRun where the file cannot be read or is no plan.
 */
export function planSummary({ file, json }: PlanSummaryOptions, io: Io): number {
  const summary = summarise(readPlan(readInput(file)));
  io.stdout(json ? `${JSON.stringify({ format: FORMAT, ...summary }, undefined, 2)}\n` : toMarkdown(summary));
  return EXIT.ok;
}

function readInput(file: string): Uint8Array {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    throw new CannotRun(`The plan ${file} cannot be read: ${describeError(error)}.`);
  }
}
