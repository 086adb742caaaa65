import type { Problem } from "../config/problem";

/** The configuration cannot be used and there is no earlier one to serve instead. */
export class ConfigurationRefused extends Error {
  override readonly name = "ConfigurationRefused";

  constructor(
    reason: string,
    readonly problems: readonly Problem[],
  ) {
    super(reason);
  }
}
