import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { codingOf, Unpacker, type UnpackProblem } from "../../../runtime/bytes/decode-body";

function unpack(coding: string, packed: Buffer, maxBytes = Infinity, pieceBytes = packed.length): Promise<Buffer | UnpackProblem> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const unpacker = Unpacker.of(coding, maxBytes, {
      data: (plain) => parts.push(plain),
      end: () => resolve(Buffer.concat(parts)),
      failed: resolve,
      drained: () => undefined,
      crashed: reject,
    });
    for (let at = 0; at < packed.length; at += pieceBytes) unpacker?.write(packed.subarray(at, at + pieceBytes));
    unpacker?.end();
  });
}

const text = Buffer.from("any text ".repeat(100));

test.each([
  ["gzip", gzipSync(text)],
  ["x-gzip", gzipSync(text)],
  ["deflate", deflateSync(text)],
  ["br", brotliCompressSync(text)],
])("%s is unpacked, whatever its pieces", async (coding, packed) => {
  expect(await unpack(coding, packed)).toEqual(text);
  expect(await unpack(coding, packed, Infinity, 1)).toEqual(text);
  expect(await unpack(coding, packed.subarray(0, -3))).toBe("broken");
});

test("another coding is not unpacked", () => {
  const never = (): void => undefined;
  expect(Unpacker.of("zstd", 1, { data: never, end: never, failed: never, drained: never, crashed: never })).toBeUndefined();
});

test("what unpacks to more than the limit, or to far more than it came as, is given up in the middle", async () => {
  const bomb = gzipSync(Buffer.alloc(16 * 1024 * 1024));
  expect(await unpack("gzip", bomb)).toBe("ratio");
  expect(await unpack("gzip", bomb, 100_000)).toBe("too-large");
  // a small body may pack as well as it likes
  expect(await unpack("gzip", gzipSync(Buffer.alloc(1024 * 1024)))).toHaveLength(1024 * 1024);
});

test("a throw of who takes the bytes ends the unpacking and is told", async () => {
  const cause = new Error("thrown by the target");
  const told = await new Promise((resolve) => {
    const never = (): void => undefined;
    const fail = (): never => {
      throw cause;
    };
    const unpacker = Unpacker.of("gzip", Infinity, { data: fail, end: never, failed: never, drained: never, crashed: resolve });
    unpacker?.write(gzipSync(text));
    unpacker?.end();
  });
  expect(told).toBe(cause);
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["Identity", undefined],
  [" GZIP ", "gzip"],
  ["identity, gzip", "gzip"],
  ["gzip,identity,", "gzip"],
  ["gzip, gzip", "gzip, gzip"],
  [["identity", "gzip"], "gzip"],
  [["gzip", "br"], "gzip, br"],
  [["identity", "identity"], undefined],
])("content-encoding %j is %j, in one header or in several", (given, coding) => {
  expect(codingOf({ "content-encoding": given })).toBe(coding);
});
