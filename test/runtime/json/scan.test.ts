import { anyCharacter, fc } from "../../support/properties";
import { MAX_DEPTH, duplicated, findMember, memberText, parseMember, scanObject } from "../../../runtime/json/scan";
import type { ObjectScan } from "../../../runtime/json/scan";

function scanned(text: string | Buffer): ObjectScan {
  const scan = scanObject(Buffer.from(text));
  if (!scan.ok) throw new Error(`refused: ${scan.reason} at ${scan.offset}`);
  return scan;
}

/** What `JSON.parse` says of the same bytes, in the scanner's words. */
function verdict(body: Buffer): string {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    return /^[ \t\r\n]*$/.test(body.toString("utf8")) ? "empty" : "invalid";
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? "ok" : "not-an-object";
}

function expectSameVerdict(body: Buffer): void {
  const scan = scanObject(body);
  expect(scan.ok ? "ok" : scan.reason).toBe(verdict(body));
  if (!scan.ok) return;
  // The members, put together again, are the parsed object: spans and keys are right.
  const rebuilt = Object.fromEntries(scan.members.map((member) => [member.key, parseMember(body, member)]));
  expect(rebuilt).toEqual(Object.fromEntries(Object.entries(JSON.parse(body.toString("utf8")) as object)));
}

describe("scanObject", () => {
  test("notes the spans of keys and values in bytes", () => {
    const body = Buffer.from(' { "é" : [1, {"a":2}] , "model":"x" } ');
    const scan = scanned(body);
    expect(scan.members.map((member) => body.toString("utf8", member.keyStart, member.keyEnd))).toEqual(['"é"', '"model"']);
    expect(scan.members.map((member) => memberText(body, member))).toEqual(['[1, {"a":2}]', '"x"']);
    expect([body[scan.open], body[scan.close]]).toEqual([0x7b, 0x7d]);
  });

  test("decodes keys", () => {
    expect(scanned('{"mod\\u0065l":1}').members[0]?.key).toBe("model");
    expect(scanned('{"\\ud83d\\ude00\\n":1}').members[0]?.key).toBe("😀\n");
    expect(scanned('{"__proto__":1}').members[0]?.key).toBe("__proto__");
    expect(scanned(`{"${"k".repeat(300)}":1}`).members[0]?.key).toBe("k".repeat(300));
  });

  test.each([
    ["", "empty", 0],
    [" \r\n\t", "empty", 4],
    ["[]", "not-an-object", 0],
    [' "text"', "not-an-object", 1],
    ["null", "not-an-object", 0],
    ["-0.5e+3", "not-an-object", 0],
    ["{", "invalid", 1],
    ['{"a"', "invalid", 4],
    ['{"a":', "invalid", 5],
    ['{"a":1', "invalid", 6],
    ['{"a":1,}', "invalid", 7],
    ["{,}", "invalid", 1],
    ['{"a":1}}', "invalid", 7],
    ['{"a":1} x', "invalid", 8],
    ['{"a":01}', "invalid", 6],
    ['{"a":1.}', "invalid", 7],
    ['{"a":.5}', "invalid", 5],
    ['{"a":+1}', "invalid", 5],
    ['{"a":1e}', "invalid", 7],
    ['{"a":-}', "invalid", 6],
    ['{"a":tru}', "invalid", 8],
    ['{"a":nul', "invalid", 8],
    ['{"a":"\n"}', "invalid", 6],
    ['{"a":"\\x"}', "invalid", 7],
    ['{"a":"\\u00g0"}', "invalid", 10],
    ['{"a":[1 2]}', "invalid", 8],
    ['{"a":[1,]}', "invalid", 8],
    ['{"a":[}', "invalid", 6],
    ['{"a":{"b"}}', "invalid", 9],
    ['{"a":{1:2}}', "invalid", 6],
    ["[1,", "invalid", 3],
    ["\ufeff{}", "invalid", 0],
    ["{'a':1}", "invalid", 1],
    ['{"a":NaN}', "invalid", 5],
  ])("refuses %j as %s at %d", (text, reason, offset) => {
    expect(scanObject(Buffer.from(text))).toEqual({ ok: false, reason, offset });
    expect(verdict(Buffer.from(text))).toBe(reason);
  });

  test("takes 10,000 levels and refuses more than the limit", () => {
    const nested = (levels: number, open: string, close: string): Buffer =>
      Buffer.from(`{"a":${open.repeat(levels)}1${close.repeat(levels)}}`);
    expect(scanObject(nested(10_000, "[", "]")).ok).toBe(true);
    expect(scanObject(nested(10_000, '{"b":', "}")).ok).toBe(true);
    expect(scanObject(nested(MAX_DEPTH - 1, "[", "]")).ok).toBe(true);
    expect(scanObject(nested(MAX_DEPTH, "[", "]"))).toEqual({ ok: false, reason: "too-deep", offset: 5 });
    expect(scanObject(Buffer.from("[".repeat(MAX_DEPTH + 1)))).toEqual({ ok: false, reason: "too-deep", offset: 0 });
    expect(scanObject(Buffer.from("[".repeat(10_000)))).toMatchObject({ reason: "invalid" });
  });

  test("agrees with JSON.parse on any JSON value, however spaced", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, "\t"), (value, indent) => {
        expectSameVerdict(Buffer.from(JSON.stringify(value, null, indent)));
      }),
      { numRuns: 300 },
    );
  });

  test("agrees with JSON.parse on documents made of JSON's pieces", () => {
    const piece = fc.constantFrom(
      ...[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        '"a"',
        '"a":',
        '"\\u0061":',
        "\\u00",
        "\\ud800",
        "é",
        "😀",
        "\u007f",
        "\u0000",
        "\n",
        " ",
      ],
      ...["0", "1", "-", "+", ".", "e", "E1", "1.5", "true", "false", "null", "nul", "\ufeff", '{"a":1}', "[1,2]", "/", "\\/"],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, wrapped) => {
        expectSameVerdict(Buffer.from(wrapped ? `{"k":${pieces.join("")}}` : pieces.join("")));
      }),
      { numRuns: 3000 },
    );
  });

  test("agrees with JSON.parse on mutated documents of any bytes", () => {
    const document = fc.dictionary(fc.string({ unit: anyCharacter }), fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value));
    const mutation = fc.record({ at: fc.nat(), remove: fc.nat({ max: 2 }), insert: fc.uint8Array({ maxLength: 2 }) });
    fc.assert(
      fc.property(document, fc.array(mutation, { minLength: 1, maxLength: 3 }), (text, mutations) => {
        let body = Buffer.from(text);
        for (const { at, remove, insert } of mutations) {
          const start = at % (body.length + 1);
          body = Buffer.concat([body.subarray(0, start), insert, body.subarray(start + remove)]);
        }
        expectSameVerdict(body);
      }),
      { numRuns: 2000 },
    );
  });

  test("an invalid UTF-8 sequence inside a string, also in front of its end, is read as a reader of text would", () => {
    for (const bytes of [[0xff], [0xe2], [0xc3], [0xf0, 0x9f]]) {
      expectSameVerdict(
        Buffer.concat([Buffer.from('{"a'), Buffer.from(bytes), Buffer.from('":"b'), Buffer.from(bytes), Buffer.from('"}')]),
      );
      expectSameVerdict(Buffer.concat([Buffer.from(bytes), Buffer.from("{}")]));
    }
  });
});

describe("members", () => {
  test("the last of equal keys counts, as for JSON.parse", () => {
    const body = Buffer.from('{"a":1,"b":2,"\\u0061":3}');
    const scan = scanned(body);
    const member = findMember(scan, "a");
    expect(member && parseMember(body, member)).toBe(3);
    expect(findMember(scan, "c")).toBeUndefined();
  });

  test("duplicated names the first of the asked keys that occurs twice", () => {
    const scan = scanned('{"x":1,"x":2,"b":1,"a":1,"\\u0062":2,"a":2}');
    expect(duplicated(scan, new Set(["c", "a", "b"]))).toBe("a");
    expect(duplicated(scan, new Set(["b", "a"]))).toBe("b");
    expect(duplicated(scan, new Set(["c"]))).toBeUndefined();
  });
});
