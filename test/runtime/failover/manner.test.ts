import type { Manner } from "../../../runtime/codecs/resumption";
import type { AttemptOutcome } from "../../../runtime/failover/failure";
import { isPrefillRefused, mannerOf, type MannerFacts } from "../../../runtime/failover/manner";
import { CONTINUE, FORM, PREFILL, RESTART } from "../../support/resumption";
import { targetOf } from "./support";

const target = targetOf(0, {}, 0);

const facts = (more: Partial<MannerFacts> = {}): MannerFacts => ({
  policy: "continue",
  text: "so far",
  free: true,
  spent: false,
  prefill: () => undefined,
  ...more,
});
const prefill = (): typeof FORM => FORM;

test.each<[string, Partial<MannerFacts>, Manner]>([
  ["restart, and a provider that continues a text", { policy: "restart", prefill }, RESTART],
  ["prefill", { policy: "prefill" }, RESTART],
  ["prefill, and a provider that continues a text", { policy: "prefill", prefill }, PREFILL],
  ["prefill, and a target that has refused it", { policy: "prefill", prefill, spent: true }, RESTART],
  ["continue", {}, CONTINUE],
  ["continue, and a provider that continues a text", { prefill }, PREFILL],
  ["continue, and a target that has refused the text", { prefill, spent: true }, CONTINUE],
  ["continue, and nothing visible has been said", { text: " \n", prefill }, RESTART],
  ["continue, and nothing has been said", { text: "", prefill }, RESTART],
  ["continue, and an answer that has to come whole", { free: false, prefill }, RESTART],
  ["prefill, and an answer that has to come whole", { policy: "prefill", free: false, prefill }, RESTART],
])("%s", (_name, more, manner) => {
  expect(mannerOf(facts(more))).toEqual(manner);
});

describe("a refusal of the text so far", () => {
  const refused = (status: number, outcome: AttemptOutcome = "status", resumes: Manner["kind"] | undefined = "prefill"): boolean =>
    isPrefillRefused([], { target, outcome, status, resumes });

  test.each([
    [0, false],
    [200, false],
    [399, false],
    [400, true],
    [422, true],
    [429, false],
    [499, true],
    [500, false],
  ])("%i is one: %s", (status, isOne) => {
    expect(refused(status)).toBe(isOne);
    expect(refused(status, "status", "restart")).toBe(false);
    expect(refused(status, "status", "continue")).toBe(false);
    expect(isPrefillRefused([], { target, outcome: "status", status })).toBe(false);
  });

  test("401, 403 and 404, by which a target is spent, refuse more than that", () => {
    expect(isPrefillRefused([target], { target, outcome: "status", status: 403, resumes: "prefill" })).toBe(false);
  });

  test.each<[AttemptOutcome, boolean]>([
    ["context_length", true],
    ["read_timeout", true],
    ["content_filter", false],
    ["deadline", false],
    ["draining", false],
    ["internal", false],
  ])("a 400 that ends with %s is one: %s", (outcome, isOne) => {
    expect(refused(400, outcome)).toBe(isOne);
  });
});
