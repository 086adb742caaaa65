/** ZIP archives whose bytes follow from their content alone: no time, no user, no order of a file system. */
import { crc32, deflateRawSync } from "node:zlib";

/** A file of an archive. */
export interface ZipEntry {
  /** Path inside the archive. */
  readonly name: string;
  readonly content: Uint8Array;
  /** Whether it is a program: UNIX mode 0755, else 0644. */
  readonly executable: boolean;
}

const DEFLATED = 8;
const UTF8_NAMES = 0x0800;
/** Needed to unpack: 2.0, the first version with folders and deflate. */
const VERSION = 20;
const MADE_ON_UNIX = 3 << 8;
/** 1 January 1980, the format's first day. */
const DATE = 0x0021;
const REGULAR_FILE = 0o100000;

function fields(...values: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    values.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}

/** Packs files in the order of their names. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content, executable } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = Buffer.from(name);
    const packed = deflateRawSync(content, { level: 9 });
    const common = fields(
      [2, VERSION],
      [2, UTF8_NAMES],
      [2, DEFLATED],
      [2, 0],
      [2, DATE],
      [4, crc32(content)],
      [4, packed.length],
      [4, content.length],
      [2, path.length],
      [2, 0],
    );
    const mode = REGULAR_FILE | (executable ? 0o755 : 0o644);
    const file = Buffer.concat([fields([4, 0x04034b50]), common, path, packed]);
    local.push(file);
    central.push(
      fields([4, 0x02014b50], [2, MADE_ON_UNIX | VERSION]),
      common,
      fields([2, 0], [2, 0], [2, 0], [4, mode * 0x10000], [4, offset]),
      path,
    );
    offset += file.length;
  }
  const directory = Buffer.concat(central);
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, entries.length], [2, entries.length], [4, directory.length], [4, offset], [2, 0]);
  return Buffer.concat([...local, directory, end]);
}
