import { fc } from "../../support/properties";
import { algorithmOf, percent, shares, shareWord } from "../../../cli/plan-summary/shares";
import { SENSITIVE, UNKNOWN } from "../../../cli/plan-summary/values";

const weights = (...all: readonly unknown[]) => all.map((weight) => ({ weight }));

test.each([
  ["round-robin", weights(70, 30), ["70 %", "30 %"]],
  ["round-robin", weights(60, 30), ["66.7 %", "33.3 %"]],
  ["round-robin", weights("60", 30), ["66.7 %", "33.3 %"]],
  ["round-robin", weights(undefined, null), ["50 %", "50 %"]],
  ["round-robin", weights(1, 65535), ["< 0.1 %", "> 99.9 %"]],
  ["round-robin", weights(UNKNOWN, 30), ["known after apply", "known after apply"]],
  ["round-robin", weights(SENSITIVE, 30), ["known after apply", "known after apply"]],
  ["round-robin", weights("many", 30), ["known after apply", "known after apply"]],
  ["round-robin", weights(0, 0), ["known after apply", "known after apply"]],
  ["priority", weights(10, 5, 10), ["group 1 of 2", "group 2 of 2", "group 1 of 2"]],
  ["lowest-latency", weights(1, 2), ["by latency", "by latency"]],
  ["semantic", weights(1, 2), ["by prompt", "by prompt"]],
  [undefined, weights(1, 2), ["known after apply", "known after apply"]],
  ["round-robin", [], []],
])("%s %j", (algorithm, targets, expected) => {
  expect(shares(targets, algorithm)).toEqual(expected);
});

test("shares of a known algorithm add up to 100 %, within their rounding", () => {
  const algorithm = fc.constantFrom("round-robin", "consistent-hashing", "least-connections", "lowest-usage");
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 }), algorithm, (all, name) => {
      const sum = shares(weights(...all), name).reduce((total, share) => total + (share.startsWith("<") ? 0 : Number.parseFloat(share)), 0);
      expect(Math.abs(sum - 100)).toBeLessThanOrEqual(0.1 * all.length);
    }),
  );
});

test("the algorithm that is left out is round-robin; one that is not known is none", () => {
  expect([algorithmOf({}), algorithmOf(undefined), algorithmOf({ balancer: { algorithm: "priority" } })]).toEqual([
    "round-robin",
    "round-robin",
    "priority",
  ]);
  expect([algorithmOf({ balancer: UNKNOWN }), algorithmOf({ balancer: { algorithm: SENSITIVE } })]).toEqual([undefined, undefined]);
});

test("words", () => {
  expect(["round-robin", "consistent-hashing", "priority", "constructor", undefined].map(shareWord)).toEqual([
    "share",
    "share of keys",
    "place",
    "share",
    "share",
  ]);
  expect([percent(1 / 3), percent(1), percent(0)]).toEqual(["33.3 %", "100 %", "0 %"]);
});
