import type { Io } from "../../cli/io";

/** Streams that keep what is written. */
export function memoryIo(
  env: Record<string, string> = {},
  colours = false,
): Io & { readonly out: () => string; readonly err: () => string } {
  let out = "";
  let err = "";
  return { env, colours, stdout: (text) => void (out += text), stderr: (text) => void (err += text), out: () => out, err: () => err };
}
