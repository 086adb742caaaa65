import { exceedsOpenFiles, maxClientConnections, openFilesLimit } from "../../../runtime/http/open-files";

const limits = (soft: string) => () =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}                 4096                 files\n`;

test.each([
  ["128", 128],
  ["1048576", 1_048_576],
  ["unlimited", Number.MAX_SAFE_INTEGER],
  ["nonsense", 1024],
])("a soft limit of %s", (soft, expected) => {
  expect(openFilesLimit(limits(soft))).toBe(expected);
});

test("a system that tells none", () => {
  const fail = (): never => {
    throw new Error("no such file");
  };
  expect(openFilesLimit(fail)).toBe(1024);
});

test.each([
  [undefined, 128, 32],
  [undefined, 1024, 480],
  [undefined, 10, 1],
  [undefined, 1_048_576, 16_384],
  [undefined, Number.MAX_SAFE_INTEGER, 16_384],
  [7, 128, 7],
  [100_000, 128, 100_000],
])("%s asked for under a limit of %i: %i", (asked, limit, expected) => {
  expect(maxClientConnections(asked, limit)).toBe(expected);
});

test("a number that leaves nothing for providers is seen", () => {
  expect([exceedsOpenFiles(63, 128), exceedsOpenFiles(64, 128)]).toEqual([false, true]);
});
