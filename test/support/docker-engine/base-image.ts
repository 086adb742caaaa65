import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Tag of the base image that stands for node:24-slim where no image registry can be reached. */
export const TEST_BASE_IMAGE = "signalbox-test-base:node24";

/** Starts a Docker engine where none answers, makes {@link TEST_BASE_IMAGE} where it is missing, and resolves to its tag. Needs root for either. */
export async function ensureEngineAndBaseImage(): Promise<string> {
  await run(join(__dirname, "daemon.sh"));
  await run(join(__dirname, "base-image.sh"), [TEST_BASE_IMAGE], { maxBuffer: 16 * 1024 * 1024 });
  return TEST_BASE_IMAGE;
}
