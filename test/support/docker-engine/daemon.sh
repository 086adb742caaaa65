#!/usr/bin/env bash
# Makes sure that a Docker engine answers: does nothing where one does, else starts dockerd (as root, in a session of its own).
# Prints one line. The log of a daemon started here goes to $DOCKERD_LOG; dockerd itself writes its pid to /var/run/docker.pid.
set -euo pipefail

log=${DOCKERD_LOG:-/var/log/dockerd.log}
seconds=${DOCKERD_START_SECONDS:-60}

answers() { docker version --format '{{.Server.Version}}' 2>/dev/null; }

if version=$(answers) && [ -n "$version" ]; then
  echo "docker engine $version answers"
  exit 0
fi
if ! command -v dockerd >/dev/null; then
  echo "No Docker engine answers and there is no dockerd to start: install docker.io, or point DOCKER_HOST at an engine." >&2
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  echo "No Docker engine answers and dockerd needs root: start it, or run this as root." >&2
  exit 1
fi

# A daemon that was killed leaves its pid file behind, and a new one refuses to start while the pid is taken by another process.
if [ -f /var/run/docker.pid ] && ! grep -qs dockerd "/proc/$(cat /var/run/docker.pid)/comm"; then
  rm -f /var/run/docker.pid
fi
setsid nohup dockerd >>"$log" 2>&1 </dev/null &
for _ in $(seq "$((seconds * 2))"); do
  if version=$(answers) && [ -n "$version" ]; then
    echo "docker engine $version started"
    exit 0
  fi
  sleep 0.5
done
echo "dockerd did not answer within ${seconds} s; the end of $log:" >&2
tail -n 20 "$log" >&2
exit 1
