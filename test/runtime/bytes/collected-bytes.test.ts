import { fc } from "../../support/properties";
import { CollectedBytes } from "../../../runtime/bytes/collected-bytes";

test("gives the pieces back as one, whatever their sizes and whatever length was announced", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.nat({ max: 100 }), (pieces, announced) => {
      const collected = new CollectedBytes(announced);
      for (const piece of pieces) collected.add(Buffer.from(piece));
      expect(collected.view()).toEqual(Buffer.concat(pieces));
      expect(collected.length).toBe(collected.view().length);
    }),
  );
});

test("a single piece is not copied", () => {
  const piece = Buffer.from("a whole body");
  const collected = new CollectedBytes(12);
  collected.add(piece);
  expect(collected.take()).toBe(piece);
  expect(collected.length).toBe(0);
});

test("one-byte pieces take the room of their bytes and are copied a bounded number of times", () => {
  const collected = new CollectedBytes();
  const rooms = new Set<ArrayBufferLike>();
  const one = Buffer.from("x");
  for (let index = 0; index < 100_000; index++) {
    collected.add(one);
    rooms.add(collected.view().buffer);
  }
  // the room doubles; the smallest ones lie in Node's shared pools
  expect(rooms.size).toBeLessThan(25);
  expect(collected.view().buffer.byteLength).toBeLessThanOrEqual(200_000);
});

test("what was given out does not change with later pieces", () => {
  const collected = new CollectedBytes();
  collected.add(Buffer.from("ab"));
  collected.add(Buffer.from("cd"));
  const before = collected.view();
  collected.add(Buffer.from("ef"));
  expect(before.toString()).toBe("abcd");
  expect(collected.view().toString()).toBe("abcdef");
});

test("an announced length alone takes no memory", () => {
  const collected = new CollectedBytes(Number.MAX_SAFE_INTEGER);
  collected.add(Buffer.from("a"));
  collected.add(Buffer.from("b"));
  expect(collected.view().buffer.byteLength).toBeLessThanOrEqual(1024 * 1024);
});
