import { Token } from "../cdktf";
import type { DockerOptions } from "./docker-options";

interface Range {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

type NumberOption = "port" | "memory" | "drainTimeoutSeconds" | "workers" | "waitTimeoutSeconds";

/** Docker refuses containers with less than 6 MB. */
const RANGES: Readonly<Record<NumberOption, Range>> = {
  port: { min: 1, max: 65_535, unit: "" },
  memory: { min: 6, max: 16_777_216, unit: " MB" },
  drainTimeoutSeconds: { min: 0, max: 86_400, unit: " seconds" },
  workers: { min: 1, max: 1024, unit: "" },
  waitTimeoutSeconds: { min: 1, max: 86_400, unit: " seconds" },
};

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]+$/;

/** What is wrong with the options of a Docker platform; empty where all is well. Tokens count as right. */
export function optionProblems(options: DockerOptions): readonly string[] {
  const problems: string[] = [];
  for (const [option, { min, max, unit }] of Object.entries(RANGES)) {
    const value = options[option as NumberOption];
    if (value === undefined || Token.isUnresolved(value) || (Number.isInteger(value) && value >= min && value <= max)) continue;
    problems.push(`Platform.docker: ${option} must be an integer between ${min} and ${max}${unit}, but ${value} was given.`);
  }
  const { name, image, baseImage } = options;
  if (name !== undefined && !Token.isUnresolved(name) && !NAME.test(name)) {
    problems.push(`Platform.docker: name must consist of letters, digits, "_", "." and "-", but ${JSON.stringify(name)} was given.`);
  }
  if (image !== undefined && baseImage !== undefined) {
    problems.push("Platform.docker: baseImage must not be given beside image, which is run as it is. Leave one of them out.");
  }
  return problems;
}
