const BLOCK = 512;

/** One file of an archive. */
export interface TarFile {
  /** Path inside the archive, at most 100 bytes. */
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content: Buffer;
}

/** A USTAR archive of regular files, owned by root, as the Engine's archive upload (`PUT /containers/{id}/archive`) takes it. */
export function tar(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap(({ name, mode, content }) => [
    header(name, mode, content.length),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, mode: number, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`A file name in the archive takes at most 100 bytes, but "${name}" is longer.`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, length: number) => block.write(value.toString(8).padStart(length - 1, "0") + "\0", offset);
  block.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write("        0", 148);
  block.write("ustar\x0000", 257);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(checksum.toString(8).padStart(6, "0") + "\0 ", 148);
  return block;
}
