import { formOf, markLength, type Form } from "../../../runtime/framing/form";

const MARK = "\uFEFF";

const KINDS: readonly (readonly [string, Form | undefined])[] = [
  ["data: 1", "events"],
  ["data:1", "events"],
  ["event: a", "events"],
  ["id:1", "events"],
  ["retry: 1", "events"],
  ["data\n", "events"],
  [": comment", "events"],
  ["\n\r\ndata: 1", "events"],
  ['{"a":1}', "json"],
  ["\n  {", "json"],
  ["[{", "json"],
  ["<html>", "other"],
  ["database: 1", "other"],
  ["data 1", "other"],
  ["null", "other"],
  ["", undefined],
  ["\r\n", undefined],
  ["da", undefined],
  ["data", undefined],
  ["retr", undefined],
];

test.each(KINDS)("%j is %s, with a byte order mark or without", (text, form) => {
  expect(formOf(Buffer.from(text))).toBe(form);
  expect(formOf(Buffer.from(MARK + text))).toBe(form);
});

test.each(KINDS)("what is known of the beginning of %j does not change with what follows", (text, form) => {
  const bytes = Buffer.from(MARK + text);
  for (let end = 0; end <= bytes.length; end++) expect([undefined, form]).toContain(formOf(bytes.subarray(0, end)));
});

test("a byte order mark is one only if it is whole", () => {
  expect(markLength(Buffer.from(MARK))).toBe(3);
  expect(markLength(Buffer.from(MARK).subarray(0, 2))).toBe(0);
  expect(formOf(Buffer.from([0xef, 0x41]))).toBe("other");
  expect(markLength(Buffer.alloc(0))).toBe(0);
});
