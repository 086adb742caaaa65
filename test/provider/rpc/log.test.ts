import { anyCharacter, fc } from "../../support/properties";
import { createLogger, LOG_LEVELS, logLevelFrom, logLine } from "../../../provider/rpc/log";

const clock = (): Date => new Date("2026-11-22T12:00:00.123Z");

test.each([
  [{}, undefined],
  [{ TF_LOG: "" }, undefined],
  [{ TF_LOG: "off" }, undefined],
  [{ TF_LOG: "INFO" }, "info"],
  [{ TF_LOG: "JSON" }, "trace"],
  [{ TF_LOG: "loud" }, "trace"],
  [{ TF_LOG: "TRACE", TF_LOG_PROVIDER: "warn" }, "warn"],
  [{ TF_LOG: "TRACE", TF_LOG_PROVIDER: "OFF" }, undefined],
  [{ TF_LOG: "error", TF_LOG_PROVIDER: "" }, "error"],
])("the level of %p is %p", (env, expected) => {
  expect(logLevelFrom(env)).toBe(expected);
});

test("a line is core's JSON form, with six digits of a second", () => {
  expect(JSON.parse(logLine("warn", "provider.demo", "two\nlines", { rpc: "ReadResource", ms: 1.5, type: undefined }, clock()))).toEqual({
    "@level": "warn",
    "@message": "two\nlines",
    "@module": "provider.demo",
    "@timestamp": "2026-11-22T12:00:00.123000Z",
    rpc: "ReadResource",
    ms: 1.5,
  });
});

test("whatever is logged: one line below 64 KiB, the reserved fields text and untouched", () => {
  const text = fc.oneof(fc.string({ unit: anyCharacter }), fc.constant("\u0000".repeat(100_000)), fc.constant("@level"));
  const fields = fc.dictionary(
    fc.oneof(text, fc.constantFrom("@level", "@message", "@timestamp", "@module")),
    fc.oneof(text, fc.integer()),
    { maxKeys: 5 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...LOG_LEVELS), text, fields, (level, message, more) => {
      const line = logLine(level, "provider.demo", message, more, clock());
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(60_000);
      const read = JSON.parse(line) as Record<string, unknown>;
      expect(read["@level"]).toBe(level);
      expect(typeof read["@message"]).toBe("string");
      expect(read["@timestamp"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    }),
  );
});

test("a logger writes its level and above, and nothing at all without one", () => {
  const written = (level: (typeof LOG_LEVELS)[number] | undefined): string[] => {
    const lines: string[] = [];
    const log = createLogger({ module: "m", level, write: (line) => lines.push(line), clock });
    for (const one of LOG_LEVELS) log[one]("text");
    return lines.map((line) => String((JSON.parse(line) as Record<string, unknown>)["@level"]));
  };
  expect(written("trace")).toEqual([...LOG_LEVELS]);
  expect(written("warn")).toEqual(["warn", "error"]);
  expect(written(undefined)).toEqual([]);
});
