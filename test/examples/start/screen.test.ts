import { readEntry } from "../../../examples/start/journal";
import { requestLine, targetTable } from "../../../examples/start/screen";

const targets = [
  { provider: "openai", model: "gpt-4o", alias: undefined, weight: 70 },
  { provider: "openai", model: "gpt-4o-mini", alias: "quick", weight: 30 },
];
const entry = { requestId: "1", status: 200, milliseconds: 12.34, model: "gpt-4o-mini", cost: 0.0000123 };

it("shows due and actual shares", () => {
  const rows = targetTable(targets, new Map([["gpt-4o", 2], ["gpt-4o-mini", 1]])).split("\n").map((row) => row.trim().split(/ {2,}/)); // prettier-ignore
  expect(rows).toEqual([
    ["target", "alias", "weight", "share due", "answered", "share so far"],
    ["openai/gpt-4o", "-", "70", "70 %", "2", "66.7 %"],
    ["openai/gpt-4o-mini", "quick", "30", "30 %", "1", "33.3 %"],
  ]);
});

it.each([
  ["the weight decided", { prompt: "Hi" }, entry, "Hi -> gpt-4o-mini round-robin, weight 30 12.3 ms $0.000012"],
  ["an alias was named", { prompt: "Hi", model: "quick" }, entry, "Hi -> gpt-4o-mini asked for alias quick 12.3 ms $0.000012"],
  ["somebody else asked", undefined, entry, "(your request) -> gpt-4o-mini round-robin, weight 30 12.3 ms $0.000012"],
  ["nobody answered", { prompt: "Hi" }, { ...entry, status: 502, model: undefined, cost: undefined }, "Hi -> status 502 no target 12.3 ms"],
])("says why where %s", (_, question, given, expected) => {
  expect(requestLine(given, question, targets, "round-robin").trim().replace(/ +/g, " ")).toBe(expected);
});

it.each([
  [
    "a request",
    '{"request_id":"1","status":200,"ms":12.34,"ai":{"proxy":{"meta":{"request_model":"gpt-4o-mini"},"usage":{"cost":0.0000123}}}}',
    entry,
  ],
  [
    "a refusal",
    '{"request_id":"1","status":404,"ms":1}',
    { requestId: "1", status: 404, milliseconds: 1, model: undefined, cost: undefined },
  ],
  ["other news", '{"msg":"listening"}', undefined],
  ["no JSON", "listening", undefined],
])("reads the log line of %s", (_, line, expected) => {
  expect(readEntry(line)).toEqual(expected);
});
