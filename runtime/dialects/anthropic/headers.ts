import type { ModelOptions } from "../../../config/types.generated";

/** The only version of the API that is current. */
const VERSION = "2023-06-01";

/** Headers of the dialect's own: the version of the API. */
export const headersOf = ({ anthropic_version: version }: Pick<ModelOptions, "anthropic_version">): readonly string[] => [
  "anthropic-version",
  version ?? VERSION,
];
