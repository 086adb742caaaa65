import { parseDuration } from "../../../../provider/framework";

describe("parseDuration", () => {
  it.each([
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1.5s", 1_500],
    ["250ms", 250],
    ["20", undefined],
    ["", undefined],
    ["1 m", undefined],
    ["-1s", undefined],
  ])("%s", (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});
