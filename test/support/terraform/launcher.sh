#!/bin/sh
# Only the handshake may reach stdout: it gets a descriptor of its own, and everything else that is written there goes to stderr.
exec 3>&1 1>&2
PROVIDER_HANDSHAKE_FD=3 exec node "$(dirname "$(readlink -f "$0")")/provider.cjs" "$@"
