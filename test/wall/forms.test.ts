/** Answers to a request for a stream that are not what their type says, or not as it is usually written: read as what they are. */
import { chunksOf, contentOf, errorOf } from "./client";
import { SHORT_TEXTS } from "./faults/streams";
import { textOf } from "./openai";
import { ask, closeWalls, HEAVY, wall } from "./support";

afterEach(closeWalls);

const stream = { stream: true, more: { stream_options: { include_usage: true } } };
const EVENT_STREAM = "text/event-stream";

const steps = (...all: readonly string[]): string => `steps:${JSON.stringify(all)}`;
const WHOLE = JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content: textOf() }, finish_reason: "stop" }] });

/** A client's own reading of a stream, whatever ends its lines. */
const normal = (text: string): string => text.replace(/\r\n?/g, "\n");

describe.each(["bom", "cr", "mixed", "lines", "array", "pretty"])("a stream as %s", (form) => {
  test.each([0, 1, 2, 3, 5, 7, 40, 333])("in pieces of %i bytes", async (every) => {
    const one = await wall({ targets: [`form:${form}:${every}`], balancer: { retries: 0 } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.headers["content-type"]).toBe(EVENT_STREAM);
    const text = normal(got.text);
    expect(text).not.toContain("\uFEFF");
    const events = text.split("\n\n").flatMap((event) => /^data: (.*)$/m.exec(event)?.[1] ?? []);
    expect(events.at(-1)).toBe("[DONE]");
    const values = events.filter((data) => data !== "[DONE]").map((data) => JSON.parse(data) as Record<string, unknown>);
    expect(contentOf({ headers: got.headers, text: values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("") })).toBe(
      SHORT_TEXTS.join(""),
    );
    expect(values.filter(({ usage }) => usage != null)).toHaveLength(1);
    expect(await one.attempts()).toEqual([]);
  });
});

describe("a stream whose type does not say so", () => {
  test.each(["", "text/plain", "application/octet-stream", "text/plain; charset=utf-8", "application/json", "binary/octet-stream"])(
    "%s",
    async (type) => {
      const one = await wall({ targets: [{ fault: `typed:${type}`, statistics: false }] });
      const got = await ask(one, stream);
      expect(got).toMatchObject({ status: 200, complete: true });
      expect(got.headers["content-type"]).toBe(EVENT_STREAM);
      expect(got.text).toBe(one.upstream.only(`typed:${type}`).reply.body.toString());
      expect(await one.attempts()).toEqual([]);
    },
  );

  test("keeps the parameters of a right type", async () => {
    const one = await wall({ targets: ["typed:text/event-stream; charset=utf-8"] });
    const got = await ask(one, stream);
    expect(got.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    expect(contentOf(got)).toBe(textOf());
  });

  test("is relayed as it comes, and a stall behind content is a cut", async () => {
    const one = await wall({ targets: ["typed-stall:5"], balancer: { read_timeout: 3_000, retries: 0 } });
    const asking = one.begin(stream);
    await one.clock.advance(1_000);
    expect(contentOf(asking)).toBe(textOf(5));
    await one.clock.advanceUntil(() => asking.done);
    expect(errorOf(await asking.ended)).toMatchObject({ code: "upstream_timeout" });
    expect(await one.attempts()).toEqual(["0 cut 200"]);
  });

  test("that says nothing yet moves on", async () => {
    const one = await wall({ targets: ["typed-stall:head", "fine:b"], balancer: { read_timeout: 3_000 } });
    const got = await ask(one, stream);
    expect(contentOf(got)).toBe(textOf());
    expect(await one.attempts()).toEqual(["0 read_timeout 200 next_target", "1 ok 200"]);
  });

  test("goes on with another that broke", async () => {
    const one = await wall({ targets: ["cut:40", "typed:text/plain"], extensions: { resume_streams: "restart" } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(contentOf(got)).toBe(textOf());
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 ok 200"]);
  });

  test.each(["application/x-ndjson", "application/jsonl", "text/plain"])("and that holds JSON lines: %s", async (type) => {
    const one = await wall({ targets: [`typed-lines:${type}`] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.headers["content-type"]).toBe(EVENT_STREAM);
    expect(contentOf(got)).toBe(SHORT_TEXTS.join(""));
  });
});

describe("a whole answer to a request for a stream", () => {
  test.each([
    ["under its own type", "slow-whole:0"],
    ["called a stream", "form:whole"],
    ["called a stream, in small pieces", "form:whole:7"],
  ])("%s: is given as events", async (_name, fault) => {
    const one = await wall({ targets: [fault] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.headers["content-type"]).toBe(EVENT_STREAM);
    expect(contentOf(got)).toBe(`answer of ${fault}`);
    const chunks = chunksOf(got.text);
    expect(chunks.map(({ object }) => object)).toEqual(Array(3).fill("chat.completion.chunk"));
    expect(chunks.filter(({ usage }) => usage != null)).toHaveLength(1);
    expect(got.text.split('"finish_reason":"stop"')).toHaveLength(2);
    expect(got.text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(await one.attempts()).toEqual([]);
  });

  test("that goes on with nothing: a stream that broke is not gone on with", async () => {
    const one = await wall({ targets: ["cut:40", "form:whole"], balancer: { retries: 1 }, extensions: { resume_streams: "restart" } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false });
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 invalid_answer 200"]);
  });

  test.each([
    ["in one piece", steps(EVENT_STREAM, WHOLE, "!end")],
    ["in pieces", "form:whole:7"],
    ["and breaks off", steps(EVENT_STREAM, WHOLE, "!reset")],
    ["under its own type", steps("application/json", WHOLE, "!end")],
  ])(
    "that goes on with nothing: the next target goes on with the stream, whatever the whole answer is called, %s",
    async (_name, whole) => {
      const targets = ["cut:40", whole, "fine:c"].map((fault, index) => ({ fault, weight: HEAVY - index }));
      const one = await wall({ targets, balancer: { algorithm: "priority" }, extensions: { resume_streams: "restart" } });
      const got = await ask(one, stream);
      expect(got).toMatchObject({ status: 200, complete: true });
      expect(contentOf(got)).toBe(textOf());
      expect(await one.attempts()).toEqual(["0 cut 200 resume", expect.stringMatching(/^1 \w+ 200 resume$/), "2 ok 200"]);
    },
  );

  test.each(["html", "empty", "not-json"])("%s: is refused, and the next target answers", async (fault) => {
    const one = await wall({ targets: [fault, "fine:b"] });
    const got = await ask(one, stream);
    expect(contentOf(got)).toBe(textOf());
    expect(await one.attempts()).toEqual(["0 invalid_answer 200 next_target", "1 ok 200"]);
  });

  test("behind an early head it comes as events too", async () => {
    const one = await wall({ targets: ["slow-whole:20000"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(contentOf({ ...got, text: got.text.replace(": keep-alive\n\n", "") })).toBe("answer of slow-whole:20000");
  });
});

test.each(["reasoning", "reasoning_details", "images", "audio", "content", "annotations", "whatever"])(
  "content that is no text goes out at once, and a late text is no late content: %s",
  async (name) => {
    const fault = `says:${name},5000`;
    const one = await wall({ targets: [fault, "fine:b"], extensions: { first_token_timeout: 1_000 } });
    const asking = one.begin(stream);
    await one.clock.advance(500);
    expect(asking.status).toBe(200);
    expect(asking.text).toContain(`"delta":{"${name}":["something"]}`);
    await one.clock.advanceUntil(() => asking.done);
    expect(await asking.ended).toMatchObject({ complete: true, ms: 5_000 });
    expect(one.upstream.models).toEqual([fault]);
  },
);

test.each([
  ["one of one", 1, 1, true],
  ["one of two, before the other began", 2, 1, false],
  ["both of two", 2, 2, true],
])(
  "a stream without an end mark is complete if all choices that were asked for have finished: %s",
  async (_name, n, finished, complete) => {
    const one = await wall({ targets: [{ fault: `choices:${finished}`, statistics: false }], balancer: { retries: 0 } });
    const got = await ask(one, { stream: true, more: { n } });
    expect(got).toMatchObject({ status: 200, complete });
    expect(errorOf(got) === undefined).toBe(complete);
  },
);
