/** Whatever happens to an exchange, in whatever state its stream is: the client can tell how it ended, and nothing of it is left. */
import { contentOf, errorOf, type Asking } from "./client";
import { event, textOf } from "./openai";
import { until } from "../support/gateway";
import { ask, closeWalls, HEAVY, wall, type Wall, type WallOptions, type WallTarget } from "./support";

afterEach(closeWalls);

const stream = { stream: true };
const COMMENT = ": keep-alive\n\n";
const EVENT_STREAM = "text/event-stream";

const steps = (...all: readonly string[]): string => `steps:${JSON.stringify(all)}`;

interface State {
  /** Faults of OpenAI's targets, or targets. */
  readonly targets: readonly (string | WallTarget)[];
  /** When it is reached, in milliseconds. */
  readonly after: number;
  readonly options?: Partial<WallOptions>;
  /** Content has gone to the client. */
  readonly relayed?: boolean;
  /** `extensions.resume_streams`; default `restart`. */
  readonly mode?: string;
}

const named = (data: { readonly type: string; readonly [member: string]: unknown }): string => `event: ${data.type}\n${event(data)}`;
const textDelta = (text: string): string => named({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } });
const OPENED = [
  named({ type: "message_start", message: { id: "msg_1", model: "claude" } }),
  named({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
];
const SAID = [...OPENED, textDelta("Once upon a time ")];

/** A target of Anthropic's. */
const claude = (...all: readonly string[]): WallTarget => ({ provider: "anthropic", fault: steps(EVENT_STREAM, ...all) });

const LONG = 300_000;

const STATES: Readonly<Record<string, State>> = {
  "no head of the provider": { targets: ["hang"], after: 1_000 },
  "an early head and no head of the provider": { targets: ["hang"], after: 16_000 },
  "the first bytes do not tell what the answer is": { targets: [steps("", '{"id":')], after: 1_000 },
  "the same behind an early head": { targets: [steps("", '{"id":')], after: 16_000 },
  "a role and no content": { targets: ["stall:role"], after: 1_000 },
  "the same, behind an early head": { targets: ["stall:role"], after: 16_000 },
  "half of a whole answer": { targets: [steps("application/json", '{"id":"a","choices":[')], after: 1_000 },
  "half of a whole answer called a stream, behind an early head": { targets: [steps(EVENT_STREAM, '{"id":"a"')], after: 16_000 },
  "half of an event behind content": { targets: [steps(EVENT_STREAM, "@20", 'data: {"id"')], after: 1_000, relayed: true },
  "the same behind a comment": { targets: [steps(EVENT_STREAM, "@20", 'data: {"id"')], after: 16_000, relayed: true },
  "another target's answer has not come": { targets: ["cut:20", "hang"], after: 1_000, relayed: true },
  "another target's answer does not tell what it is": { targets: ["cut:20", steps("", '{"id":')], after: 1_000, relayed: true },
  "another target's answer repeats what the client has": { targets: ["cut:20", "stall:10"], after: 16_000, relayed: true },
  "another target's answer has gone on": { targets: ["cut:20", "stall:40"], after: 1_000, relayed: true },
  "a translated answer has begun, and no content": { targets: [claude(named({ type: "message_start", message: {} }))], after: 16_000 },
  "half of a translated event behind content": { targets: [claude(...SAID, "event: content_bl")], after: 16_000, relayed: true },
  "a translated answer repeats what the client has": {
    targets: ["cut:20", claude(...OPENED, textDelta("t17 t18 "))],
    after: 16_000,
    relayed: true,
    mode: "continue",
  },
  "another target's answer follows a translated one": {
    targets: [claude(...SAID, "+10", "!reset"), "stall:role"],
    after: 16_000,
    relayed: true,
    mode: "continue",
  },
  "a wait before the next attempt": { targets: ["status:429,2"], after: 1_000 },
};

async function reach(name: string, more: object = {}, gateway: object = {}): Promise<{ one: Wall; asking: Asking; before: number }> {
  const { targets, after, options, mode = "restart" } = STATES[name]!;
  const one = await wall({
    targets: targets.map((one, index) => ({ ...(typeof one === "string" ? { fault: one } : one), weight: index === 0 ? HEAVY : 1 })),
    balancer: { algorithm: "priority", read_timeout: LONG, retries: 1 },
    extensions: { resume_streams: mode, ...more },
    gateway,
    ...options,
  });
  const before = one.clock.pending;
  const asking = one.begin(stream);
  await one.clock.advance(after);
  expect(asking.done).toBe(false);
  return { one, asking, before };
}

/** Nothing waits, nothing is under way, no connection is open that is not idle, and nothing went wrong inside. */
async function expectNothingLeft(one: Wall, before: number): Promise<void> {
  await one.clock.advance(3_000);
  expect(one.clock.pending).toBe(before);
  expect(await one.metric("signalbox_requests_in_flight")).toBe(0);
  expect(await one.metric("signalbox_target_in_flight")).toBe(0);
  for (const { reply } of one.upstream.calls) expect(reply.over || reply.abortedAt !== undefined).toBe(true);
  const { lines } = await one.ledger();
  expect(lines.filter(({ level }) => level === "error" || level === 50)).toEqual([]);
}

/** What the client got can be read by any client, and says how it ended. */
function expectToldEnd(asking: Asking, code: string): void {
  const blocks = asking.text.split("\n\n");
  expect(blocks.pop()).toBe("");
  for (const block of blocks) expect(block).toMatch(/^(: [^\n]*|data: \{[^\n]*\})$/);
  expect(asking.complete).toBe(false);
  expect(errorOf({ headers: asking.headers, text: asking.text })).toMatchObject({ code });
  expect(asking.text).not.toContain("[DONE]");
}

describe.each(Object.keys(STATES))("%s", (name) => {
  const { relayed = false } = STATES[name]!;

  test("the client hangs up", async () => {
    const { one, asking, before } = await reach(name);
    asking.hangUp();
    await asking.ended;
    await expectNothingLeft(one, before);
  });

  test("extensions.deadline passes", async () => {
    const { one, asking, before } = await reach(name, { deadline: STATES[name]!.after + 1_500 });
    await one.clock.advanceUntil(() => asking.done, 100, 2_000);
    if (asking.status === 200) expectToldEnd(asking, "deadline");
    else expect(relayed).toBe(false);
    await expectNothingLeft(one, before);
  });

  test("the gateway ends", async () => {
    const { one, asking } = await reach(name, {}, { drainTimeoutSeconds: 0.1 });
    const drained = one.gateway.gateway.drain();
    await one.clock.advanceUntil(() => asking.done, 1, 20_000);
    await drained;
    if (asking.status === 200) expectToldEnd(asking, "draining");
    else expect(relayed).toBe(false);
  });

  test("the configuration changes: it goes on with what it had", async () => {
    const { one, asking, before } = await reach(name);
    await one.gateway.reconfigure(one.document({ targets: ["fine:new"] }));
    const got = await ask(one, stream);
    expect(contentOf(got)).toBe(textOf());
    expect(asking.done).toBe(false);
    asking.hangUp();
    await asking.ended;
    await one.clock.advance(3_000);
    expect(one.clock.pending).toBeLessThanOrEqual(before);
  });

  test("read_timeout passes", async () => {
    const { one, asking, before } = await reach(name);
    await one.clock.advanceUntil(() => asking.done, 10_000);
    const text = asking.text.replaceAll(COMMENT, "");
    if (asking.status === 200) {
      expect(asking.complete).toBe(false);
      expect(errorOf({ headers: asking.headers, text })).toBeDefined();
    } else expect(relayed).toBe(false);
    await expectNothingLeft(one, before);
  });
});

describe("a client that takes nothing of its stream is dropped after write_timeout", () => {
  /** The socket's own limit runs on the system's clock. */
  const options = { targets: ["flood:2000"], balancer: { write_timeout: 50, retries: 0 } };

  async function held(more: Partial<WallOptions>): Promise<Wall> {
    const one = await wall({ ...options, ...more });
    const asking = one.begin(stream);
    asking.hold();
    await one.clock.advance(1_000);
    return one;
  }

  test.each([
    ["whatever comes of it", {}],
    ["behind its deadline", { extensions: { deadline: 500 } }],
  ])("%s", async (_name, more) => {
    const one = await held(more);
    const call = one.upstream.only("flood:2000");
    await until(() => call.reply.abortedAt !== undefined);
    await until(async () => (await one.metric("signalbox_requests_in_flight")) === 0);
    await one.clock.advance(2_000);
    expect(await one.metric("signalbox_target_in_flight")).toBe(0);
  });
});
