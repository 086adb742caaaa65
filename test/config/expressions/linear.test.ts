import { isLinear } from "../../../config/expressions/linear";
import { parsePlain, type Node } from "../../../config/expressions/syntax";
import { fc } from "../../support/properties";

const linear = (source: string, anchored = true): boolean => {
  const tree = parsePlain(source, false);
  return tree !== undefined && isLinear(tree, { anchored });
};

describe("an expression that JavaScript's engine surely matches in linear time", () => {
  test.each([
    "/chat",
    "/v1/(?<model>[^/]+)/chat$",
    "/[a-z]+/\\d+$",
    "/(?:gpt|claude)-.*",
    "/chats?$",
    "/v(?:1|2)/x",
    "/(?:ab)+/c",
    "/a{2,5}b",
  ])("%s", (source) => expect(linear(source)).toBe(true));

  test.each([
    ["nested repetition", "/(a+)+$"],
    ["alternatives in a repetition", "/(?:a|a)*$"],
    ["two repetitions of the same", "/a*a*$"],
    ["repetitions with something in between that both take", "/.*a.*b"],
    ["a repetition and an optional one of the same", "/[a-z]+x?[a-z]+$"],
    ["a repeated class and a letter of it", "/\\w+abc"],
    ["many optional ones", "/a?a?a?a?a?a?a?aaaaaaa"],
    ["look-ahead", "/(?=a)a"],
    ["a back-reference", "/(a)\\1"],
    ["what only one engine knows", "/\\Aa"],
    ["flags inside", "/(?i:a)"],
  ])("%s is not known to be one: %s", (_, source) => expect(linear(source)).toBe(false));

  test.each([
    ["gpt-4", true],
    ["^gpt-.*", true],
    ["[a-z]+@", false],
    ["a.{100}b{200}", false],
  ])("%s, sought anywhere: %s", (source, expected) => expect(linear(source, false)).toBe(expected));
});

/** Counts the steps of an engine that tries everything in order and goes back, over the text from `start`; Infinity if they are too many to count. */
function stepsOf(tree: Node, text: string, start: number): number {
  let steps = 0;
  const LIMIT = 200_000;
  const run = (node: Node, at: number, then: (at: number) => boolean): boolean => {
    if (++steps > LIMIT) return true;
    switch (node.kind) {
      case "character":
        return at < text.length && ((node.set >> BigInt(text.charCodeAt(at))) & 1n) === 1n && then(at + 1);
      case "assertion":
        return (node.text === "$" ? at === text.length : node.text === "^" ? at === 0 : true) && then(at);
      case "choice":
        return node.alternatives.some((nodes) => sequence(nodes, 0, at, then));
      case "repeat":
        return repeat(node, 0, at, then);
    }
  };
  const sequence = (nodes: readonly Node[], index: number, at: number, then: (at: number) => boolean): boolean => {
    const node = nodes[index];
    return node === undefined ? then(at) : run(node, at, (next) => sequence(nodes, index + 1, next, then));
  };
  const repeat = (node: Extract<Node, { kind: "repeat" }>, done: number, at: number, then: (at: number) => boolean): boolean => {
    if (++steps > LIMIT) return true;
    const more = (): boolean => done < node.most && run(node.node, at, (next) => next > at && repeat(node, done + 1, next, then));
    if (done < node.least) return more();
    return node.lazy ? then(at) || more() : more() || then(at);
  };
  run(tree, start, () => true);
  return steps > LIMIT ? Infinity : steps;
}

const atom = fc.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "[^/]", "\\w", "\\b", "/", "$");
const quantifier = fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "+?", "*?", "??");
const { source } = fc.letrec<{ source: string; piece: string; group: string }>((tie) => ({
  source: fc.array(tie("piece"), { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join("")),
  piece: fc.tuple(fc.oneof({ maxDepth: 3 }, atom, atom, tie("group")), quantifier).map(([what, sign]) => what + sign),
  group: fc.tuple(tie("source"), fc.option(tie("source"))).map(([first, second]) => `(?:${first}${second === null ? "" : `|${second}`})`),
}));
const word = (maxLength: number) => fc.string({ unit: fc.constantFrom("a", "b", "c", "/"), maxLength });

/** Twice the text takes about twice the steps; a square would take four times as many. */
function growsLinearly(tree: Node, parts: readonly [string, string, string], anchored: boolean): boolean {
  const [before, pumped, after] = parts;
  const count = (times: number): number => {
    const text = before + pumped.repeat(times) + after;
    if (anchored) return stepsOf(tree, text, 0);
    let sum = 0;
    for (let start = 0; start <= text.length; start++) sum += stepsOf(tree, text, start);
    return sum;
  };
  const [one, two, four] = [count(15), count(30), count(60)];
  return Number.isFinite(four) && four - two <= 2.5 * (two - one) + 200;
}

test.each([true, false])("none passes that takes more than linear time (anchored: %s)", (anchored) => {
  let passed = 0;
  fc.assert(
    fc.property(
      source,
      fc.tuple(word(3), fc.string({ unit: fc.constantFrom("a", "b", "c", "/"), minLength: 1, maxLength: 3 }), word(3)),
      (text, parts) => {
        const tree = parsePlain(text, false);
        if (tree === undefined || !isLinear(tree, { anchored })) return;
        passed++;
        expect(growsLinearly(tree, parts, anchored)).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
  expect(passed).toBeGreaterThan(100);
});

test("the count of steps tells a square from a line", () => {
  for (const bad of ["(?:a+)+$", "a*a*$", ".*a.*b", "(?:a|a)*$"]) {
    const tree = parsePlain(bad, false)!;
    expect(growsLinearly(tree, ["", "a", "c"], true)).toBe(false);
  }
});
