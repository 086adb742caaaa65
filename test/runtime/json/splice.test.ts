import { fc } from "../../support/properties";
import { scanObject } from "../../../runtime/json/scan";
import type { ObjectScan } from "../../../runtime/json/scan";
import { spliceAround, spliceObject } from "../../../runtime/json/splice";
import type { Edit } from "../../../runtime/json/splice";

function scanned(body: Buffer): ObjectScan {
  const scan = scanObject(body);
  if (!scan.ok) throw new Error(`refused: ${scan.reason} at ${scan.offset}`);
  return scan;
}

function splice(text: string, ...edits: Edit[]): string {
  const body = Buffer.from(text);
  return spliceObject(body, scanned(body), edits).toString();
}

const set = (key: string, value: unknown): Edit => ({ key, value: JSON.stringify(value) });
const remove = (key: string): Edit => ({ key, value: undefined });

describe("spliceObject", () => {
  test.each<[string, string, Edit[], string]>([
    ["replaces in place", '{ "a" : 1 , "b":2 }', [set("a", "x")], '{ "a" : "x" , "b":2 }'],
    ["appends behind the last", '{"a":1 }', [set("b", 2), set("c", 3)], '{"a":1,"b":2,"c":3 }'],
    ["appends to an empty object", "{ }", [set("b", 2), set("c", 3)], '{"b":2,"c":3 }'],
    ["removes the first", '{ "a":1 , "b":2}', [remove("a")], '{ "b":2}'],
    ["removes one in the middle", '{"a":1, "b":2, "c":3}', [remove("b")], '{"a":1, "c":3}'],
    ["removes the last", '{"a":1 , "b":2 }', [remove("b")], '{"a":1 }'],
    ["removes neighbours", '{"a":1,"b":2,"c":3,"d":4}', [remove("b"), remove("c")], '{"a":1,"d":4}'],
    ["removes all but the last", '{"a":1,"b":2,"c":3}', [remove("a"), remove("b")], '{"c":3}'],
    ["removes all", '{ "a":1, "b":2 }', [remove("a"), remove("b")], "{  }"],
    ["appends after removing all", '{"a":1}', [remove("a"), set("b", 2)], '{"b":2}'],
    ["appends after removing the last", '{"a":1,"b":2}', [remove("b"), set("c", 3)], '{"a":1,"c":3}'],
    ["finds an escaped key", '{"mod\\u0065l":"x"}', [set("model", "y")], '{"mod\\u0065l":"y"}'],
    ["quotes an appended key", "{}", [set('a"\n', 1)], '{"a\\"\\n":1}'],
    ["changes each occurrence", '{"a":1,"b":2,"a":3}', [set("a", 4)], '{"a":4,"b":2,"a":4}'],
    ["leaves unrelated duplicates", '{"a":1,"b":2,"a":3}', [set("b", "ü")], '{"a":1,"b":"ü","a":3}'],
    [
      "keeps number spelling, escapes and bytes around the object",
      ' {"n":1.50E+2,"s":"\\u00e9\\/","m":1}\n',
      [set("m", "é")],
      ' {"n":1.50E+2,"s":"\\u00e9\\/","m":"é"}\n',
    ],
  ])("%s", (_, text, edits, expected) => {
    expect(splice(text, ...edits)).toBe(expected);
  });

  test("gives back the body itself where nothing changes", () => {
    const body = Buffer.from('{"a":1}');
    expect(spliceObject(body, scanned(body), [remove("b")])).toBe(body);
    expect(spliceObject(body, scanned(body), [])).toBe(body);
  });

  const space = fc.constantFrom("", " ", "\n\t", "  ");
  const key = fc.constantFrom("a", "b", "c", "model", "é", 'q"', "__proto__");
  const spelledKey = key.chain((name) =>
    fc.constantFrom(JSON.stringify(name), `"${Array.from(name, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`),
  );
  const valueText = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
    fc.constantFrom("1.0", "1E5", '"\\u0061\\/"', "[ 1 , 2 ]"),
  );
  const body = fc
    .tuple(space, fc.array(fc.tuple(space, spelledKey, space, space, valueText, space), { maxLength: 6 }), space, space)
    .map(([before, members, inner, after]) => {
      const texts = members.map(([a, name, b, c, value, d]) => `${a}${name}${b}:${c}${value}${d}`);
      return Buffer.from(`${before}{${texts.length === 0 ? inner : texts.join(",")}}${after}`);
    });
  const edits = fc.uniqueArray(fc.record({ key, value: fc.option(valueText, { nil: undefined }) }), {
    selector: (edit) => edit.key,
    maxLength: 5,
  });

  test("the parsed result is the intent", () => {
    fc.assert(
      fc.property(body, edits, (before, changes) => {
        const intent = new Map(Object.entries(JSON.parse(before.toString()) as object) as [string, unknown][]);
        for (const { key: name, value } of changes) {
          if (value === undefined) intent.delete(name);
          else intent.set(name, JSON.parse(value));
        }
        const after = JSON.parse(spliceObject(before, scanned(before), changes).toString()) as object;
        expect(new Map(Object.entries(after))).toEqual(intent);
      }),
      { numRuns: 1000 },
    );
  });

  test("members that no edit names keep every byte, and so does what surrounds the object", () => {
    const untouched = (text: Buffer, changes: readonly Edit[]): string[] => {
      const scan = scanned(text);
      const kept = scan.members.filter((member) => !changes.some((edit) => edit.key === member.key));
      return [
        text.toString("utf8", 0, scan.open + 1),
        ...kept.map((member) => text.toString("utf8", member.keyStart, member.valueEnd)),
        text.toString("utf8", scan.close),
      ];
    };
    fc.assert(
      fc.property(body, edits, (before, changes) => {
        expect(untouched(spliceObject(before, scanned(before), changes), changes)).toEqual(untouched(before, changes));
      }),
      { numRuns: 1000 },
    );
  });

  test("around one value everything is as without the gap", () => {
    fc.assert(
      fc.property(body, edits, fc.nat(), (text, changes, place) => {
        const scan = scanned(text);
        const free = scan.members.filter((member) => !changes.some((edit) => edit.key === member.key));
        const hole = free[place % Math.max(free.length, 1)];
        if (hole === undefined) return;
        const [before, behind] = spliceAround(text, scan, changes, hole);
        const value = text.subarray(hole.valueStart, hole.valueEnd);
        expect(Buffer.concat([before, value, behind]).toString()).toBe(spliceObject(text, scan, changes).toString());
      }),
      { numRuns: 500 },
    );
  });

  test("replacing values changes only their spans", () => {
    const without = (text: Buffer, changes: readonly Edit[]): string => {
      let rest = "";
      let at = 0;
      for (const member of scanned(text).members) {
        if (!changes.some((edit) => edit.key === member.key)) continue;
        rest += text.toString("utf8", at, member.valueStart);
        at = member.valueEnd;
      }
      return rest + text.toString("utf8", at);
    };
    fc.assert(
      fc.property(body, edits, (before, changes) => {
        const present = changes.filter(
          (edit) => edit.value !== undefined && scanned(before).members.some((member) => member.key === edit.key),
        );
        expect(without(spliceObject(before, scanned(before), present), present)).toBe(without(before, present));
      }),
      { numRuns: 500 },
    );
  });
});
