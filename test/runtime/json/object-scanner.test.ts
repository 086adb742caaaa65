import { anyCharacter, fc } from "../../support/properties";
import { ObjectScanner } from "../../../runtime/json/object-scanner";
import { MAX_DEPTH, MAX_MEMBERS, scanObject, type ScanResult } from "../../../runtime/json/scan";

function scanInSlices(body: Buffer, sliceBytes: number): { readonly result: ScanResult; readonly steps: number } {
  const scanner = new ObjectScanner(body, sliceBytes);
  let steps = 1;
  while (!scanner.step()) steps++;
  return { result: scanner.result(), steps };
}

const slice = fc.integer({ min: 1, max: 40 });

describe("a document read in slices gives what one pass gives", () => {
  test("of any JSON value, however spaced", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, "\t"), slice, (value, indent, bytes) => {
        const body = Buffer.from(JSON.stringify(value, null, indent));
        expect(scanInSlices(body, bytes).result).toEqual(scanObject(body));
      }),
      { numRuns: 500 },
    );
  });

  test("of documents made of JSON's pieces", () => {
    const pieces = `{ } [ ] , : " \\ "a" "a": "\\u0061": \\u00 é \u0000 0 1 - + . e E1 1.5 -0.5e+3 01 true false null nul \ufeff {"a":1} [1,2] / \\/`;
    const piece = fc.constantFrom(...pieces.split(" "), " ", "\n");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), slice, (parts, wrapped, bytes) => {
        const body = Buffer.from(wrapped ? `{"k":${parts.join("")}}` : parts.join(""));
        expect(scanInSlices(body, bytes).result).toEqual(scanObject(body));
      }),
      { numRuns: 3000 },
    );
  });

  test("of mutated documents of any bytes", () => {
    const document = fc.dictionary(fc.string({ unit: anyCharacter }), fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(document, fc.nat(), fc.nat({ max: 2 }), fc.uint8Array({ maxLength: 2 }), slice, (text, at, remove, insert, bytes) => {
        const whole = Buffer.from(text);
        const start = at % (whole.length + 1);
        const body = Buffer.concat([whole.subarray(0, start), insert, whole.subarray(start + remove)]);
        expect(scanInSlices(body, bytes).result).toEqual(scanObject(body));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["the deepest array", `{"a":${"[".repeat(MAX_DEPTH - 1)}${"]".repeat(MAX_DEPTH - 1)}}`],
    ["one level more", `{"b":1,"a":${"[".repeat(MAX_DEPTH)}`],
    ["an array that is too deep", "[".repeat(MAX_DEPTH)],
    ["an array that is as deep as may be", "[".repeat(MAX_DEPTH - 1)],
    ["the most members", `{${Array.from({ length: MAX_MEMBERS }, (_, index) => `"${index}":0`).join(",")}}`],
    ["one member more", `{${Array.from({ length: MAX_MEMBERS + 1 }, (_, index) => `"${index}":0`).join(",")}}`],
    ["a very long key", `{"${"k".repeat(5000)}":1}`],
  ])("%s", (_name, text) => {
    const body = Buffer.from(text);
    expect(scanInSlices(body, 1000).result).toEqual(scanObject(body));
  });
});

test("a step reads no more than its slice, within a string, a number or white space too", () => {
  for (const filling of ['"x"'.replace("x", "x".repeat(10_000)), "1".repeat(10_000), " ".repeat(10_000) + "1", "[1,".repeat(3000)]) {
    expect(scanInSlices(Buffer.from(`{"a":${filling}`), 100).steps).toBeGreaterThanOrEqual(90);
  }
});
