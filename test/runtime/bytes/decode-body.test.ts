import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { fc } from "../../support/properties";
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
  ["deflate", deflateRawSync(text)],
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

test("whatever the bytes and the coding, no more than the limit comes out, and it ends once", async () => {
  const packed = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .record({
        pack: fc.constantFrom<((bytes: Buffer) => Buffer)[]>(gzipSync, deflateSync, deflateRawSync, brotliCompressSync),
        bytes: fc.uint8Array({ maxLength: 400 }),
        zeros: fc.nat({ max: 200_000 }),
        cut: fc.nat({ max: 30 }),
      })
      .map(({ pack, bytes, zeros, cut }) => {
        const all = pack(Buffer.concat([bytes, Buffer.alloc(zeros)]));
        return all.subarray(0, Math.max(0, all.length - Math.max(0, cut - 20)));
      }),
  );
  await fc.assert(
    fc.asyncProperty(
      packed,
      fc.constantFrom("gzip", "x-gzip", "deflate", "br"),
      fc.nat({ max: 100_000 }),
      fc.integer({ min: 1, max: 400 }),
      async (bytes, coding, limit, pieceBytes) => {
        const out = await unpack(coding, bytes, limit, pieceBytes);
        if (typeof out === "string") expect(["broken", "too-large", "ratio"]).toContain(out);
        else expect(out.length).toBeLessThanOrEqual(limit);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ["gzip", gzipSync(text)],
  ["deflate", deflateSync(text)],
  ["deflate", deflateRawSync(text)],
  ["br", brotliCompressSync(text)],
])("bytes behind the end of what is packed are told (%s)", async (coding, bytes) => {
  const hasRest = (all: Buffer): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const unpacker = Unpacker.of(coding, Infinity, {
        data: () => undefined,
        end: () => resolve(unpacker?.hasRest ?? false),
        failed: reject,
        drained: () => undefined,
        crashed: reject,
      });
      for (const byte of all) unpacker?.write(Buffer.of(byte));
      unpacker?.end();
    });
  expect(await hasRest(bytes)).toBe(false);
  expect(await hasRest(Buffer.concat([bytes, Buffer.alloc(3)]))).toBe(true);
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
