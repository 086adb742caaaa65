/** The two small texts around the provider's bundle: what Terraform starts, and what looks at the Node that it found. */

/** What a refusal to start costs nothing to say: Terraform shows the first line on stdout of a provider that does not shake hands. */
const HELP = "Install it, or use the stand-alone build of the provider.";

/**
 * The program that Terraform starts. The handshake gets a descriptor of its own, so that nothing else can reach stdout; NODE_OPTIONS is for people's
 * own programs and could break this one.
 */
export const launcherText = (minimum: string): string => `#!/bin/sh
if ! command -v node >/dev/null 2>&1; then
  echo "The signalbox provider needs Node.js ${minimum} or newer, but there is no node on the PATH. ${HELP}"
  exit 1
fi
unset NODE_OPTIONS
exec 3>&1 1>&2
PROVIDER_HANDSHAKE_FD=3 exec node "$(dirname "$0")/main.cjs" "$@"
`;

/** Loads the bundle where Node is new enough. In the syntax of 2009, as an old Node could not even read anything else. */
export const mainText = (minimum: string): string => `"use strict";
var wanted = ${JSON.stringify(minimum.split(".").map(Number))};
var found = process.versions.node.split(".").map(Number);
var older = false;
for (var i = 0; i < wanted.length; i++) {
  if (found[i] === wanted[i]) continue;
  older = found[i] < wanted[i];
  break;
}
if (older) {
  require("fs").writeSync(
    Number(process.env.PROVIDER_HANDSHAKE_FD || "1"),
    "The signalbox provider needs Node.js ${minimum} or newer, but node on the PATH is " + process.version + ". ${HELP}\\n"
  );
  process.exit(1);
}
require("./provider.cjs");
`;
