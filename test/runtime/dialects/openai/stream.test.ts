import { anyCharacter, fc } from "../../../support/properties";
import { OpenAiStreamReader } from "../../../../runtime/dialects/openai/stream";

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const text = (content: string, more: object = {}): string =>
  event({
    id: "c1",
    object: "chat.completion.chunk",
    model: "gpt-4o",
    choices: [{ index: 0, delta: { content }, finish_reason: null, ...more }],
  });
const ROLE = event({
  id: "c1",
  model: "gpt-4o-2024",
  choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }],
});
const FINISH = event({ id: "c1", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
const USAGE = event({ id: "c1", choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } });
const DONE = "data: [DONE]\n\n";

const MAX_EVENT_BYTES = 4 * 1024 * 1024;

function readAll(stream: string | Buffer, cuts: readonly number[], withholdUsage = false): { out: string; reader: OpenAiStreamReader } {
  const bytes = Buffer.from(stream);
  const reader = new OpenAiStreamReader({ withholdUsage: withholdUsage, keepText: false, maxEventBytes: MAX_EVENT_BYTES });
  const out: Buffer[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    out.push(Buffer.from(reader.push(bytes.subarray(from, cut))));
    from = cut;
  }
  out.push(reader.end());
  return { out: Buffer.concat(out).toString(), reader };
}

describe("OpenAiStreamReader", () => {
  const whole = ROLE + text("Hel") + text("lo, wörld 😀") + ": ping\n\n" + text('"quoted"\n') + FINISH + USAGE + DONE;

  test("relays every byte, wherever the network cuts", () => {
    const length = Buffer.byteLength(whole);
    for (let cut = 0; cut <= length; cut++) {
      const { out, reader } = readAll(whole, [cut]);
      expect(out).toBe(whole);
      expect(reader).toMatchObject({ content: true, complete: true, failure: undefined, model: "gpt-4o-2024", skipped: 0 });
      expect(reader.usage).toEqual({ prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 });
    }
  });

  test("holds an event back until it is whole", () => {
    const reader = new OpenAiStreamReader({ withholdUsage: false, keepText: false, maxEventBytes: MAX_EVENT_BYTES });
    expect(reader.push(Buffer.from(ROLE.slice(0, -1))).toString()).toBe("");
    expect(reader.push(Buffer.from(ROLE.slice(-1) + "data: {")).toString()).toBe(ROLE);
    expect(reader.content).toBe(false);
  });

  test.each([
    ["text", text("a"), true],
    ["empty text", text(""), false],
    ["a role", ROLE, false],
    ["reasoning", event({ choices: [{ delta: { reasoning_content: "hm" } }] }), true],
    ["a tool call", event({ choices: [{ delta: { tool_calls: [{ index: 0, function: { name: "f" } }] } }] }), true],
    ["a refusal", event({ choices: [{ delta: { refusal: "no" } }] }), true],
    ["completion text", event({ choices: [{ text: "a" }] }), true],
    ["a finish", FINISH, true],
    ["a comment", ": hello\n\n", false],
  ])("%s is content: %s", (_name, stream, content) => {
    expect(readAll(stream, []).reader.content).toBe(content);
  });

  test("withholds the usage event that the client did not ask for, and nothing else", () => {
    const { out, reader } = readAll(whole, [40, 200], true);
    expect(out).toBe(whole.replace(USAGE, ""));
    expect(reader.usage?.total_tokens).toBe(7);
  });

  test("keeps usage that comes with choices, and takes the last one", () => {
    const withUsage = (n: number): string =>
      event({ choices: [{ delta: { content: "a" } }], usage: { prompt_tokens: 1, completion_tokens: n } });
    const { out, reader } = readAll(withUsage(1) + withUsage(2) + FINISH, [], true);
    expect(out).toBe(withUsage(1) + withUsage(2) + FINISH);
    expect(reader.usage).toEqual({ prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 });
  });

  test.each(["data: {not json}\n\n", "data: 17\n\n", "data: null\n\n", 'data: {"choices":[\n\n'])("leaves out %j and counts it", (bad) => {
    const { out, reader } = readAll(ROLE + text("a") + bad + text("b") + FINISH + DONE, []);
    expect(out).toBe(ROLE + text("a") + text("b") + FINISH + DONE);
    expect(reader.skipped).toBe(1);
  });

  test("a text that only looks like the pattern's end is parsed, not trusted", () => {
    const cheat =
      'data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"x"y"},"finish_reason":null}]}\n\n';
    const { out, reader } = readAll(text("abc") + cheat + FINISH, []);
    expect(reader.skipped).toBe(1);
    expect(out).toBe(text("abc") + FINISH);
  });

  test("an error object inside the stream is a failure", () => {
    const { reader } = readAll(ROLE + event({ error: { message: "overloaded" } }), []);
    expect(reader.failure).toContain("overloaded");
    expect(reader.complete).toBe(false);
  });

  test.each([
    ["[DONE]", ROLE + DONE, true],
    ["a finish without [DONE]", text("a") + FINISH, true],
    ["text alone", ROLE + text("a"), false],
    ["nothing", "", false],
    ["a last event without its blank line", text("a") + FINISH.trimEnd(), true],
    ["half an event", text("a") + FINISH.slice(0, 20), false],
  ])("%s: complete is %s", (_name, stream, complete) => {
    expect(readAll(stream, []).reader.complete).toBe(complete);
  });

  test("CRLF line ends, several data lines, other fields", () => {
    const stream = `event: x\r\nid: 1\r\ndata: {"choices":[{"delta":\r\ndata: {"content":"hi"}}]}\r\n\r\nretry: 5\r\n\r\ndata:[DONE]\r\n\r\n`;
    const { out, reader } = readAll(stream, [3, 50]);
    expect(out).toBe(stream);
    expect(reader).toMatchObject({ content: true, characters: 2, complete: true });
  });

  test("an event without end is a failure, not a memory leak", () => {
    const reader = new OpenAiStreamReader({ withholdUsage: false, keepText: false, maxEventBytes: MAX_EVENT_BYTES });
    for (let mebibyte = 0; mebibyte < 6; mebibyte++) reader.push(Buffer.alloc(1024 * 1024, 0x61));
    expect(reader.failure).toContain("4194304 bytes");
  });

  test("property: any texts, cut anywhere, are relayed whole and counted", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: anyCharacter }), { maxLength: 12 }),
        fc.array(fc.nat(3000), { maxLength: 6 }),
        (texts, cuts) => {
          const stream = ROLE + texts.map((content) => text(content)).join("") + FINISH + DONE;
          const length = Buffer.byteLength(stream);
          const { out, reader } = readAll(
            stream,
            cuts.map((cut) => cut % length).sort((a, b) => a - b),
          );
          expect(out).toBe(Buffer.from(stream).toString());
          expect(reader.skipped).toBe(0);
          expect(reader.complete).toBe(true);
        },
      ),
    );
  });
});
