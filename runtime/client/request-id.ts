import { randomBytes } from "node:crypto";

const PREFIX = randomBytes(12).toString("hex");
let counter = 0;

/** A new `X-Kong-Request-Id`: 32 hexadecimal digits, unique over processes; not secret and not meant to be hard to guess. */
export function nextRequestId(): string {
  counter = (counter + 1) >>> 0;
  return PREFIX + counter.toString(16).padStart(8, "0");
}
