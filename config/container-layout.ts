/**
 * Where things stand inside the gateway's container: one file, so that the image (Dockerfile) and the constructs that run it cannot disagree.
 * A change here is a change of the image's contract.
 */

/** The bundled command, run as `node /app/dist/cli/main.js …`. */
export const MAIN = "/app/dist/cli/main.js";

/** The folder that receives the configuration: a volume, mounted read-only in the gateway and watched as a folder. */
export const CONFIG_FOLDER = "/etc/signalbox/config";

/** Name of the declarative document in {@link CONFIG_FOLDER}. */
export const CONFIG_FILE = "kong.json";

/** Whole path of the declarative document. */
export const CONFIG_PATH = `${CONFIG_FOLDER}/${CONFIG_FILE}`;

/** Root of `{vault://file/…}` references; host folders with secrets are mounted here, read-only. */
export const SECRETS_FOLDER = "/run/secrets/signalbox";

/** The gateway's own small volume: the last good configuration survives a restart here. It must be writable for {@link USER}. */
export const STATE_FOLDER = "/var/lib/signalbox";

/** Port on which the gateway listens for requests inside the container. */
export const PROXY_PORT = 8000;

/** Port of `/healthz` and `/readyz`, on loopback inside the container. */
export const ADMIN_PORT = 8001;

/** Numeric user of the process; numeric, because a base image need not know a name for it. */
export const UID = 10001;

/** Numeric group of the process. */
export const GID = 10001;

/** `user` of the container, `uid:gid`. */
export const USER = `${UID}:${GID}`;

/** Base image of the build argument `BASE_IMAGE`, unless another is given. */
export const DEFAULT_BASE_IMAGE = "node:24-slim";
