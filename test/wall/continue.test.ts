import type { TargetConfig } from "../../config/types.generated";
import { providers } from "../../runtime/providers";
import type { Traits } from "../../runtime/providers/provider";
import { chat } from "../../runtime/surfaces/chat";
import { FORM } from "../support/resumption";
import { chunksOf, contentOf, errorOf, type Got } from "./client";
import { PROMPT_TOKENS } from "./openai";
import { ask, closeWalls, HEAVY, wall, type Wall, type WallTarget } from "./support";
import { continuation, piecesOf, TALE, taleUpTo, WAYS, type Way } from "./tale";

type Dialect = "openai" | "anthropic";

const stream = { stream: true, more: { stream_options: { include_usage: true } } };

/** Models that do not continue a text by themselves. */
const ASKED: Readonly<Record<Dialect, string>> = { openai: "gpt-4o", anthropic: "claude-opus-4-6" };

const target = (provider: Dialect, fault: string, more: Partial<WallTarget> = {}): WallTarget => ({ provider, fault, ...more });

/** A wall whose first target begins the tale and whose second one goes on. What each does is said by `play`. */
function stage(first: Dialect, second: Dialect, model = ASKED[second], mode = "continue"): Promise<Wall> {
  return wall({
    targets: [target(first, "first", { weight: HEAVY }), target(second, model, { weight: 1 })],
    balancer: { algorithm: "priority" },
    extensions: { resume_streams: mode },
  });
}

async function play(one: Wall, begun: string, told: string, question: object = stream): Promise<Got> {
  one.upstream.behave = (model) => (model === "first" ? begun : told);
  return ask(one, question);
}

/** A stream as if one speaker had told it: one id, one model, one finish, one usage, one end, and who went on in a comment. */
function expectWhole(got: Got, text: string, usage: { readonly prompt_tokens: number; readonly completion_tokens: number }): void {
  expect(got).toMatchObject({ status: 200, complete: true });
  expect(contentOf(got)).toBe(text);
  const chunks = chunksOf(got.text);
  expect(chunks.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  expect(new Set(chunks.map((chunk) => chunk["model"])).size).toBe(1);
  const told = chunks.map((chunk) => chunk["usage"]).filter((one) => one != null);
  expect(told).toEqual([{ ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens }]);
  expect(got.text.split('"finish_reason":"stop"')).toHaveLength(2);
  expect(got.text.split("data: [DONE]")).toHaveLength(2);
}

const letters = TALE.indexOf(" letters");
const astronaut = TALE.indexOf(" 👩‍🚀");

/** Where the first speaker breaks off, and what the client has by then. */
const CUTS: readonly (readonly [name: string, begun: string, text: string, ways: readonly Way[]])[] = [
  ["after 1 token", "cut=1", taleUpTo(1), ["exact", "anew", "line"]],
  ["after 20 tokens", "cut=20", taleUpTo(20), ["exact", "overlap", "anew", "line"]],
  ["after 40 tokens", "cut=40", taleUpTo(40), ["exact", "overlap", "anew", "line"]],
  ["within a word", `cut=${letters},within=5`, `${taleUpTo(letters)} lett`, ["exact", "overlap", "anew", "line", "word"]],
  ["within a character", `cut=${astronaut},bytes`, taleUpTo(astronaut), ["exact", "overlap", "anew"]],
  ["within a block of code", `cut=${TALE.length - 2}`, taleUpTo(TALE.length - 2), ["exact", "anew", "fence"]],
  ["at the beginning of a line of code", `cut=${TALE.length - 4}`, taleUpTo(TALE.length - 4), ["exact", "anew", "fence"]],
  ["after reasoning and 20 tokens", "cut=20,thinks", taleUpTo(20), ["exact", "overlap", "anew"]],
];

const PAIRS: readonly (readonly [Dialect, Dialect])[] = [
  ["openai", "openai"],
  ["openai", "anthropic"],
  ["anthropic", "openai"],
  ["anthropic", "anthropic"],
];

describe.each(PAIRS)("a tale that %s begins and %s goes on with in its own words", (first, second) => {
  let one: Wall;
  beforeAll(async () => {
    one = await stage(first, second);
  });
  afterAll(closeWalls);

  /** Anthropic tells the prompt's tokens, and one of the answer's, when it begins. */
  const usageWith = (said: number): { prompt_tokens: number; completion_tokens: number } =>
    first === "anthropic"
      ? { prompt_tokens: 2 * PROMPT_TOKENS, completion_tokens: 1 + said }
      : { prompt_tokens: PROMPT_TOKENS, completion_tokens: said };

  test.each(CUTS)("%s", async (_name, begun, text, ways) => {
    for (const way of ways) {
      const got = await play(one, `tale:${first},${begun}`, `tell:${second},way=${way},thinks`);
      expectWhole(got, text + continuation(text), usageWith(piecesOf(WAYS[way](text)).length));
      expect(got.text.split(`: continued by 1:${second}/${ASKED[second]}\n\n`)).toHaveLength(2);
      expect(got.text).not.toContain("second thoughts");
    }
  });

  test("before its first token: told anew by the second, with its reasoning", async () => {
    const got = await play(one, `tale:${first},cut=0`, `tell:${second},way=exact,thinks`);
    expect(contentOf(got)).toBe(continuation(""));
    expect(got.text).toContain("second thoughts");
    expect(got.headers["x-kong-upstream-target"]).toBe(`1:${second}/${ASKED[second]}`);
    expect(got.text).not.toContain("continued by");
  });

  test("after reasoning alone: told anew by the second, without its reasoning", async () => {
    const got = await play(one, `tale:${first},cut=0,thinks`, `tell:${second},way=exact,thinks`);
    expectWhole(got, continuation(""), usageWith(piecesOf(continuation("")).length));
    expect(got.text).toContain("first thoughts");
    expect(got.text).not.toContain("second thoughts");
  });

  test("after a tool call: not at all", async () => {
    const got = await play(one, `tale:${first},cut=20,tool`, `tell:${second},way=exact`);
    expect(got).toMatchObject({ status: 200, complete: false });
    expect(contentOf(got)).toBe(taleUpTo(20));
    expect(errorOf(got)?.code).toBe("upstream_error");
  });
});

describe("what the second speaker is asked", () => {
  afterEach(closeWalls);
  const begun = "tale:openai,cut=20";
  const text = taleUpTo(20);
  const messagesOf = (one: Wall, model: string): unknown => one.upstream.of(model).at(-1)?.json["messages"];

  test("it is given the text so far, and a wish", async () => {
    const one = await stage("openai", "openai");
    await play(one, begun, "tell:openai,way=exact");
    expect(messagesOf(one, "gpt-4o")).toEqual([
      { role: "user", content: "What is 1 + 1?" },
      { role: "assistant", content: text },
      { role: "user", content: expect.stringContaining("exactly where it ends") as string },
    ]);
  });

  test("in another dialect, too", async () => {
    const one = await stage("openai", "anthropic");
    await play(one, begun, "tell:anthropic,way=exact");
    expect(messagesOf(one, ASKED.anthropic)).toMatchObject([
      { role: "user" },
      { role: "assistant", content: [{ type: "text", text }] },
      { role: "user", content: [{ text: expect.stringContaining("exactly where it ends") as string }] },
    ]);
  });

  test("a model that continues a text by itself is not asked, and does not think", async () => {
    const one = await stage("openai", "anthropic", "claude-sonnet-4-5");
    const question = { ...stream, more: { ...stream.more, reasoning_effort: "high" } };
    const got = await play(one, begun, "tell:anthropic,way=exact", question);
    expect(contentOf(got)).toBe(text + continuation(text));
    expect(messagesOf(one, "claude-sonnet-4-5")).toMatchObject([
      { role: "user" },
      { role: "assistant", content: [{ type: "text", text }] },
    ]);
    expect(one.upstream.of("claude-sonnet-4-5").at(-1)?.json).not.toHaveProperty("thinking");
  });

  test("white space that a provider refuses at the end comes once", async () => {
    const spaces = TALE.length - 3;
    const one = await stage("openai", "anthropic", "claude-sonnet-4-5");
    const got = await play(one, `tale:openai,cut=${spaces}`, "tell:anthropic,way=exact");
    const given = taleUpTo(spaces);
    expect(given).toMatch(/\s$/);
    expect(contentOf(got)).toBe(given + continuation(given));
    expect(messagesOf(one, "claude-sonnet-4-5")).toMatchObject([{}, { content: [{ text: given.trimEnd() }] }]);
  });

  test("JSON is begun anew, as it cannot be gone on with", async () => {
    const one = await stage("openai", "openai");
    const question = { ...stream, more: { response_format: { type: "json_object" } } };
    const got = await play(one, begun, "tell:openai,way=exact", question);
    expect(messagesOf(one, "gpt-4o")).toEqual([{ role: "user", content: "What is 1 + 1?" }]);
    expect(errorOf(got)?.message).toContain("another text than the client has");
  });
});

describe("who went on", () => {
  afterEach(closeWalls);
  const traits = providers.get("openai")!.serve(chat, { model: {} } as TargetConfig)!.traits as { prefill: Traits["prefill"] };
  const { prefill } = traits;
  afterEach(() => {
    traits.prefill = prefill;
  });
  const resumesOf = async (one: Wall): Promise<unknown[][]> =>
    (await one.ledger()).exchanges.map(({ attempts = [] }) =>
      attempts.map(({ target: label, outcome, resumes }) => [label, outcome, resumes]),
    );

  test("stands in the log, with the manner", async () => {
    const one = await stage("openai", "anthropic");
    await play(one, "tale:openai,cut=20", "tell:anthropic,way=overlap");
    expect(await resumesOf(one)).toEqual([
      [
        ["0:openai/first", "cut", undefined],
        ["1:anthropic/claude-opus-4-6", "ok", "continue"],
      ],
    ]);
  });

  test("is told in visible ASCII, whatever a target is called", async () => {
    const one = await stage("openai", "openai", "größe: 4o");
    const got = await play(one, "tale:openai,cut=20", "tell:openai,way=exact");
    expect(got.text).toContain(": continued by 1:openai/gr%C3%B6%C3%9Fe: 4o\n\n");
  });

  test("a provider that is told by marks of its own to continue a text, and says it once more, says it once", async () => {
    traits.prefill = () => ({ message: { prefix: true }, request: { add_generation_prompt: false }, echoes: true, trims: false });
    const one = await stage("openai", "openai", ASKED.openai, "prefill");
    const text = taleUpTo(20);
    const got = await play(one, "tale:openai,cut=20", "tell:openai,way=anew");
    expect(contentOf(got)).toBe(text + continuation(text));
    expect(one.upstream.only("gpt-4o").json).toMatchObject({
      messages: [{ role: "user" }, { role: "assistant", content: text, prefix: true }],
      add_generation_prompt: false,
    });
    expect((await resumesOf(one)).flat().at(-1)).toEqual(["1:openai/gpt-4o", "ok", "prefill"]);
  });

  test("one that refuses to continue a text is asked to go on; its 400 is in the ledger alone", async () => {
    traits.prefill = () => FORM;
    const one = await stage("openai", "openai");
    const text = taleUpTo(20);
    let calls = 0;
    one.upstream.behave = (model) => (model === "first" ? "tale:openai,cut=20" : ++calls === 1 ? "no-prefill" : "tell:openai,way=overlap");
    const got = await ask(one, stream);
    expect(contentOf(got)).toBe(text + continuation(text));
    expect(got.text).not.toContain("prefill is not supported");
    expect(await resumesOf(one)).toEqual([
      [
        ["0:openai/first", "cut", undefined],
        ["1:openai/gpt-4o", "status", "prefill"],
        ["1:openai/gpt-4o", "ok", "continue"],
      ],
    ]);
  });

  test("a third one goes on where the second broke as well, behind what it had said", async () => {
    const one = await wall({
      targets: [
        target("openai", "first", { weight: 3 }),
        target("anthropic", "claude-opus-4-6", { weight: 2 }),
        target("openai", "gpt-4o", { weight: 1 }),
      ],
      balancer: { algorithm: "priority" },
      extensions: { resume_streams: "continue" },
    });
    const acts: Readonly<Record<string, string>> = {
      first: "tale:openai,cut=20",
      "claude-opus-4-6": "tale:anthropic,cut=30",
      "gpt-4o": "tell:openai,way=overlap",
    };
    one.upstream.behave = (model) => acts[model];
    const got = await ask(one, stream);
    const text = taleUpTo(30);
    expect(contentOf(got)).toBe(text + continuation(text));
    expect(got.text.match(/: continued by [^\n]*/g)).toEqual([
      ": continued by 1:anthropic/claude-opus-4-6",
      ": continued by 2:openai/gpt-4o",
    ]);
  });
});
