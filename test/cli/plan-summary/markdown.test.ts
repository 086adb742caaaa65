import { fc } from "../../support/properties";
import { escape, MARKER, toMarkdown } from "../../../cli/plan-summary/markdown";
import type { Change, GatewaySummary, Summary } from "../../../cli/plan-summary/summary";

const change = (text: string): Change => ({ route: text, subject: "other", change: text, effect: text });
const gateway = (changes: readonly Change[], more: Partial<GatewaySummary> = {}): GatewaySummary => ({
  ...{ name: "gateway", configuration: "changed", changes, omittedChanges: 0, application: "reload", notes: [] },
  ...more,
});
const summary = (more: Partial<Summary>): Summary => ({
  gateways: [],
  warnings: [],
  omittedWarnings: 0,
  others: [],
  omittedOthers: 0,
  ...more,
});

test.each([
  ["max_tokens 1 → 2", "max_tokens 1 → 2"],
  ["_a_ *b* `c` ~d~", "\\_a\\_ \\*b\\* \\`c\\` \\~d\\~"],
  ["a|b\\", "a\\|b\\\\"],
  ["<b>&amp;", "&lt;b&gt;&amp;amp;"],
  ["[x](y)", "\\[x\\](y)"],
  ["https://x www.y", "https:\\/\\/x www&#46;y"],
  ["@all #1 $x$", "@\u200ball \\#\u200b1 \\$x\\$"],
])("%j is written %j", (text, written) => {
  expect(escape(text)).toBe(written);
});

test("whatever a text holds, a row stays one row of three cells, without HTML and markup", () => {
  const unit = fc.constantFrom(
    "|",
    "\\",
    "`",
    "<",
    ">",
    "[",
    "]",
    "(",
    ")",
    "*",
    "_",
    "~",
    "@",
    "#",
    "$",
    "a",
    "1",
    " ",
    "://",
    "www.",
    "&",
    "{",
    "^",
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 30 }), (parts) => {
      const line = toMarkdown(summary({ gateways: [gateway([change(`x${parts.join("")}x`)])] }))
        .split("\n")
        .find((one) => one.startsWith("| x"))!;
      const bare = line.replace(/\\[^A-Za-z0-9\s]/g, "");
      expect(bare.split("|")).toHaveLength(5);
      expect(bare.replace(/&(?:amp|lt|gt|#46);/g, "")).not.toMatch(/[`*~<>[\]{}$&#^]|@(?!\u200b)|:\/\/|www\./);
    }),
  );
});

test("a huge plan becomes a comment that GitHub takes, and says how much is left out", () => {
  const changes = Array.from({ length: 1000 }, () => change("|".repeat(200)));
  const gateways = [gateway(changes, { omittedChanges: 5000 }), gateway(changes, { name: "second" })];
  const warnings = Array.from({ length: 50 }, (_, index) => `${index} ${"*".repeat(400)}`);
  const text = toMarkdown(summary({ gateways, warnings, omittedWarnings: 7 }));
  expect(text.length).toBeLessThan(65_536);
  const rows = text.split("\n").filter((line) => line.startsWith("| \\|")).length;
  expect(text).toContain(`and ${6000 - rows} more changes`);
  expect(text).toContain("1000 more changes");
  expect(text).toContain("- and 37 more");
});

test("no changes, and other resources alone", () => {
  expect(toMarkdown(summary({}))).toBe(`${MARKER}\n### Gateway plan\n\nNo changes.\n`);
  const others = Array.from({ length: 25 }, (_, index) => ({ address: `a.b_${index}`, action: "created" }));
  const text = toMarkdown(summary({ others, omittedOthers: 3 }));
  expect(text).toContain("No gateway configuration was found in this plan; only other resources change.");
  expect(text).toContain("a.b_19 created, and 8 more.");
});
