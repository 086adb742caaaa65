import { isDataUrl, readDataUrl, writeDataUrl } from "../../../../runtime/dialects/openai/data-url";

test.each<[string, string | undefined, string]>([
  ["data:image/png;base64,AAAA", "image/png", "AAAA"],
  ["data:image/png;base64,", "image/png", ""],
  ["data:text/plain;charset=utf-8;base64,AA,BB", "text/plain", "AA,BB"],
  ["data:image/png,AAAA", undefined, ""],
  ["data:;base64,AAAA", undefined, ""],
  ["data:png;base64,AAAA", undefined, ""],
  ["data:base64,AAAA", undefined, ""],
  ["data:", undefined, ""],
  ["image/png;base64,AAAA", undefined, ""],
  [`data:image/png;${"x=y;".repeat(100)}base64,AAAA`, undefined, ""],
])("%s holds data of type %s", (url, mediaType, data) => {
  expect(readDataUrl(url)).toStrictEqual(mediaType === undefined ? undefined : { kind: "data", mediaType, data });
});

test("what is written is read again", () => {
  const url = writeDataUrl("image/png", "AAAA");
  expect(isDataUrl(url)).toBe(true);
  expect(readDataUrl(url)).toStrictEqual({ kind: "data", mediaType: "image/png", data: "AAAA" });
  expect(isDataUrl("https://example.com/data:")).toBe(false);
});
