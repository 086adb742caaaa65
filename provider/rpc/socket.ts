/** A folder of its own for the provider's socket, that nobody else may enter. */
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HandshakeError, MAX_SOCKET_PATH_BYTES } from "./handshake";

/** Where the socket will be, and who takes it away again. */
export interface SocketFolder {
  readonly path: string;
  /** Lets the group in, once the socket is there. */
  share(): void;
  /** Takes socket and folder away; harmless when they are gone. */
  remove(): void;
}

/** Choices of a socket's place. */
export interface SocketOptions {
  /** Asked for by core; where its path is too long for a socket, that is an error. Absent: the system's folder, or /tmp where that one's path is too long. */
  readonly folder: string | undefined;
  /** A group's name or number that may open the socket, too. */
  readonly group?: string | undefined;
}

const PATTERN = "provider-XXXXXX/socket";

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, PATTERN)) <= MAX_SOCKET_PATH_BYTES;
}

function chooseFolder(asked: string | undefined): string {
  const folder = [asked ?? tmpdir(), ...(asked === undefined ? ["/tmp"] : [])].find(fits);
  if (folder !== undefined) return folder;
  throw new HandshakeError(
    `The path of the provider's socket may have ${MAX_SOCKET_PATH_BYTES} bytes, and "${join(asked ?? tmpdir(), PATTERN)}" has more: set PLUGIN_UNIX_SOCKET_DIR to a shorter one.`,
  );
}

function groupNumber(group: string): number {
  if (/^\d+$/.test(group)) return Number(group);
  const line = readFileSync("/etc/group", "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${group}:`));
  const number = Number(line?.split(":")[2]);
  if (Number.isInteger(number)) return number;
  throw new HandshakeError(`PLUGIN_UNIX_SOCKET_GROUP must name a group of this system, but there is no "${group}".`);
}

/** Makes the folder (mode 0700). Throws HandshakeError where the path would be too long or the group is unknown. */
export function makeSocketFolder({ folder, group }: SocketOptions): SocketFolder {
  const number = group === undefined ? undefined : groupNumber(group);
  const made = mkdtempSync(join(chooseFolder(folder), "provider-"));
  const path = join(made, "socket");
  return {
    path,
    share: () => {
      if (number === undefined) return;
      for (const [one, mode] of [
        [made, 0o750],
        [path, 0o660],
      ] as const) {
        chownSync(one, -1, number);
        chmodSync(one, mode);
      }
    },
    remove: () => rmSync(made, { recursive: true, force: true }),
  };
}
