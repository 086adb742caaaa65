/** What befalls a stream seldom comes alone: rescue, early heads, odd forms and slow clients together. */
import { chunksOf, contentOf, errorOf, type Got } from "./client";
import { event, textOf, usageOf } from "./openai";
import { ask, closeWalls, HEAVY, wall, type Wall, type WallOptions } from "./support";

afterEach(closeWalls);

const EVENT_STREAM = "text/event-stream";
const COMMENT = ": keep-alive\n\n";
const stream = { stream: true, more: { stream_options: { include_usage: true } } };

const steps = (...all: readonly string[]): string => `steps:${JSON.stringify(all)}`;

/** An event of one choice. */
const said = (content: string, more: object = {}, finish: string | null = null, index = 0): string =>
  event({ id: "a", object: "chat.completion.chunk", model: "m", choices: [{ index, delta: { content }, finish_reason: finish }], ...more });

const FINISH = said("", {}, "stop");
const DONE = "data: [DONE]\n\n";

/** Targets that are asked in this order. */
function inTurn(faults: readonly string[], options: Partial<WallOptions> = {}): Promise<Wall> {
  const targets = faults.map((_fault, index) => ({ fault: `m${index}`, weight: HEAVY - index }));
  const { balancer, extensions, ...rest } = options;
  return wall({
    targets,
    balancer: { algorithm: "priority", ...balancer },
    extensions: { resume_streams: "restart", ...extensions },
    ...rest,
  }).then((one) => {
    one.upstream.behave = (model) => faults[Number(model.slice(1))];
    return one;
  });
}

/** What a client reads that knows comments; each block is a comment or an event with JSON. */
function withoutComments({ text }: Pick<Got, "text">): string {
  const blocks = text.split("\n\n");
  expect(blocks.pop()).toBe("");
  for (const block of blocks) expect(block).toMatch(/^(: [^\n]*|data: (\{[^\n]*\}|\[DONE\]))$/);
  return blocks
    .filter((block) => !block.startsWith(": "))
    .map((block) => `${block}\n\n`)
    .join("");
}

function expectWhole(got: Got, text: string): void {
  expect(got).toMatchObject({ status: 200, complete: true });
  const plain = withoutComments(got);
  expect(contentOf({ ...got, text: plain })).toBe(text);
  expect(plain.split(DONE)).toHaveLength(2);
  expect(plain.split('"finish_reason":"stop"')).toHaveLength(2);
  expect(new Set(chunksOf(plain).map(({ id }) => id)).size).toBe(1);
}

test("an early head, another target, a cut, an error inside of the stream, and the end: one whole answer", async () => {
  const one = await inTurn(["hang", steps(EVENT_STREAM, "@20", "+20000", "!reset"), "error-event:45", "fine"], {
    balancer: { read_timeout: 30_000 },
  });
  const got = await ask(one, stream);
  expectWhole(got, textOf());
  expect(got.text.split(COMMENT)).toHaveLength(3);
  expect(got.text.match(/: continued by [^\n]*/g)).toEqual([": continued by 2:openai/m2", ": continued by 3:openai/m3"]);
  expect(await one.attempts()).toEqual(["0 read_timeout next_target", "1 cut 200 resume", "2 cut 200 resume", "3 ok 200"]);
});

test("what is withheld at the seam takes long: comments go on, between events only", async () => {
  const slow = textOf(30)
    .match(/\S+ /g)!
    .flatMap((piece) => [said(piece), "+4000"]);
  const one = await inTurn(["cut:20", steps(EVENT_STREAM, ...slow, FINISH, DONE, "!end")]);
  const got = await ask(one, { stream: true });
  expectWhole(got, textOf(30));
  // 80 s in which nothing is new to the client
  expect(got.text.split(COMMENT).length - 1).toBe(5);
});

describe("several choices", () => {
  const begun = steps(EVENT_STREAM, said("Hello there, my "), "+10", "!reset");
  const both = steps(EVENT_STREAM, said("friend"), said("Another", {}, null, 1), said("", {}, "stop", 1), FINISH, DONE, "!end");

  test.each(["restart", "prefill", "continue"])("are not gone on with, as the second would begin in the middle: %s", async (mode) => {
    const one = await inTurn([begun, both], { extensions: { resume_streams: mode } });
    const got = await ask(one, { stream: true, more: { n: 2 } });
    expect(contentOf(got)).toBe("Hello there, my ");
    expect(got.complete).toBe(false);
    expect(errorOf(got)).toBeDefined();
    expect(await one.attempts()).toEqual(["0 cut 200"]);
  });

  test("fail over as long as nothing was said", async () => {
    const one = await inTurn(["cut:role", both]);
    const got = await ask(one, { stream: true, more: { n: 2 } });
    expect(got.complete).toBe(true);
    expect(got.text).toContain("Another");
  });
});

test("a content filter that refuses to go on is asked for nothing else, and nobody else is", async () => {
  const one = await inTurn(["cut:40", "content-filter", "fine"]);
  const got = await ask(one, stream);
  expect(got).toMatchObject({ status: 200, complete: false });
  expect(contentOf(got)).toBe(textOf(40));
  expect(errorOf(got)?.message).toBe("the stream broke off, and 1:openai/m1 did not go on with it: it answered with status 400");
  expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 content_filter 400"]);
});

describe("an answer that goes on comes in another form", () => {
  const SHORT = 'a é\n "}{[ \\';

  test.each(["bom", "cr", "mixed", "lines", "array", "pretty"].flatMap((form) => [0, 1, 3, 40].map((every) => [form, every] as const)))(
    "%s, in pieces of %i bytes",
    async (form, every) => {
      const one = await inTurn([steps(EVENT_STREAM, said("a é"), "+10", "!reset"), `form:${form}:${every}`]);
      expectWhole(await ask(one, stream), SHORT);
    },
  );

  test.each(["bom", "cr", "lines"])("and its type does not say so: %s", async (form) => {
    const events = [said("a é"), said("\n "), said("b"), FINISH];
    const bytes: Readonly<Record<string, string>> = {
      bom: `\uFEFF${events.join("")}${DONE}`,
      cr: `${events.join("")}${DONE}`.replaceAll("\n", "\r"),
      lines: events.map((one) => one.slice("data: ".length).trim()).join("\n"),
    };
    const one = await inTurn([steps(EVENT_STREAM, said("a é"), "+10", "!reset"), steps("", bytes[form]!, "!end")]);
    const got = await ask(one, { stream: true });
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(contentOf({ ...got, text: withoutComments(got) })).toBe("a é\n b");
    expect(got.text.endsWith(DONE)).toBe(true);
  });
});

test("usage over three answers, told in each chunk, is the sum; a client that did not ask is not told", async () => {
  const first = steps(EVENT_STREAM, said("a ", { usage: usageOf(1) }), "+10", "!reset");
  const second = steps(EVENT_STREAM, said("a "), said("b ", { usage: usageOf(2) }), "+10", "!reset");
  const usage = event({ id: "b", choices: [], usage: usageOf(3) });
  const third = steps(EVENT_STREAM, said("a "), said("b "), said("c"), FINISH, usage, DONE, "!end");
  const one = await inTurn([first, second, third]);
  const got = await ask(one, stream);
  expectWhole(got, "a b c");
  const sum = { prompt_tokens: 15, completion_tokens: 6, total_tokens: 21 };
  expect(chunksOf(withoutComments(got)).at(-1)?.["usage"]).toEqual(sum);
  const silent = await ask(one, { stream: true });
  expect(chunksOf(withoutComments(silent)).at(-1)?.["usage"]).toBeUndefined();
  const { exchanges } = await one.ledger();
  expect(exchanges[0]?.ai?.proxy.usage).toMatchObject(sum);
});

describe("an event of more than 256 KiB", () => {
  const long = "x".repeat(300_000);
  const events = [said("a "), said(long), FINISH];
  const lines = events.map((one) => one.slice("data: ".length).trim());

  test.each([
    ["in events", EVENT_STREAM, [...events, DONE].join("")],
    ["in events with CR", EVENT_STREAM, [...events, DONE].join("").replaceAll("\n", "\r")],
    ["in events with CRLF", EVENT_STREAM, [...events, DONE].join("").replaceAll("\n", "\r\n")],
    ["in events of no type", "", [...events, DONE].join("")],
    ["in lines of JSON", "application/x-ndjson", lines.join("\n")],
    ["in an array of JSON", EVENT_STREAM, `[${lines.join(",")}]`],
    [
      "in one whole answer",
      "application/json",
      JSON.stringify({ choices: [{ message: { content: `a ${long}` }, finish_reason: "stop" }] }, undefined, 2),
    ],
  ])("%s is relayed", async (_name, type, bytes) => {
    const one = await inTurn([steps(type, bytes, "!end")]);
    const got = await ask(one, { stream: true });
    expect(got).toMatchObject({ status: 200, complete: true });
    const text = got.text.replace(/\r\n?/g, "\n");
    expect(contentOf({ headers: got.headers, text })).toBe(`a ${long}`);
  });

  test("cannot go on with a stream: the next target does", async () => {
    const one = await inTurn([
      steps(EVENT_STREAM, said("a "), "+10", "!reset"),
      steps(EVENT_STREAM, said(`a ${long}`), FINISH, DONE, "!end"),
      steps(EVENT_STREAM, said("a "), said("b"), FINISH, DONE, "!end"),
    ]);
    expectWhole(await ask(one, { stream: true }), "a b");
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 cut 200 resume", "2 ok 200"]);
  });

  test.each([
    ["in events", EVENT_STREAM, events.join("")],
    ["in lines of JSON", "application/x-ndjson", lines.join("\n")],
    ["in one whole answer", "application/json", JSON.stringify({ choices: [{ message: { content: long }, finish_reason: "stop" }] })],
  ])("above extensions.max_response_size ends the answer, %s", async (_name, type, bytes) => {
    const one = await inTurn([steps(type, bytes, "!end")], { balancer: { retries: 0 }, extensions: { max_response_size: 100_000 } });
    const got = await ask(one, { stream: true });
    expect(JSON.stringify(errorOf(got))).toContain("extensions.max_response_size");
    expect(got.text.length).toBeLessThan(2_000);
  });
});

test("deltas of which nobody knows the members are content: nothing moves on behind them, and nothing is resumed", async () => {
  const odd = event({ id: "a", choices: [{ index: 0, delta: { glyphs: [1] }, finish_reason: null }] });
  const one = await inTurn([steps(EVENT_STREAM, odd, "+10", "!reset"), "fine"]);
  const got = await ask(one, stream);
  expect(got.text.startsWith(odd)).toBe(true);
  expect(got.complete).toBe(false);
  expect(await one.attempts()).toEqual(["0 cut 200"]);
});

test("a slow client: what another answer goes on with waits for it, and nothing is left", async () => {
  const piece = "x".repeat(16 * 1024);
  const pieces = Array.from({ length: 600 }, (_, index) => said(`${index} ${piece}`));
  const begun = pieces.slice(0, 40);
  const one = await inTurn([steps(EVENT_STREAM, ...begun, "+10", "!reset"), steps(EVENT_STREAM, ...pieces, FINISH, DONE, "!end")]);
  const before = one.clock.pending;
  const asking = one.begin({ stream: true });
  asking.hold();
  await one.clock.advance(20_000);
  expect(asking.done).toBe(false);
  asking.release();
  await one.clock.advanceUntil(() => asking.done, 10);
  const got = await asking.ended;
  expectWhole(got, Array.from({ length: 600 }, (_, index) => `${index} ${piece}`).join(""));
  await one.clock.advance(2_000);
  expect(one.clock.pending).toBe(before);
});
