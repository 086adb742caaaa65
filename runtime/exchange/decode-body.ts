import {
  brotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzip,
  inflate,
  type BrotliOptions,
  type ZlibOptions,
} from "node:zlib";
import type { Transform } from "node:stream";

/** A body that unpacks to more than this is an attack or a mistake. */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

type Unpack = (body: Buffer, options: ZlibOptions & BrotliOptions, done: (error: Error | null, result: Buffer) => void) => void;

const UNPACK: Readonly<Record<string, Unpack>> = { gzip: gunzip, "x-gzip": gunzip, deflate: inflate, br: brotliDecompress };
const STREAM: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  "x-gzip": () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

/** The content coding of an answer; undefined where its body is plain. */
export function codingOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const value = headers["content-encoding"];
  const coding = typeof value === "string" ? value.trim().toLowerCase() : undefined;
  return coding === undefined || coding === "" || coding === "identity" ? undefined : coding;
}

/** Unpacks a whole body; a truncated or unknown one is an error. */
export function decodeBody(body: Buffer, coding: string, done: (error: Error | null, plain: Buffer) => void): void {
  const unpack = UNPACK[coding];
  if (unpack === undefined) done(new Error(`content-encoding ${coding} is not known`), body);
  else unpack(body, { maxOutputLength: MAX_UNPACKED_BYTES }, done);
}

/** Unpacks a stream as it comes; undefined where the coding is not known. */
export function streamDecoder(coding: string): Transform | undefined {
  return STREAM[coding]?.();
}
