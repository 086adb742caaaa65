import type { Fault, FaultCall } from "../fault";
import { chunkOf, completion, DONE, event, eventsUpTo, TOKENS, toPhase, token, usageOf } from "../openai";
import type { Reply } from "../reply";
import { ARRIVAL_MS } from "./arrival";

/** Waits until all that was sent has arrived. */
const arrived = (reply: Reply): Promise<void> => reply.pause(ARRIVAL_MS);

/** Sends events, each as a chunk of its own. */
async function send(reply: Reply, events: readonly (string | Buffer)[]): Promise<void> {
  for (const one of events) await reply.chunk(one);
}

/** A whole stream of these events. */
async function stream(reply: Reply, events: readonly string[]): Promise<void> {
  await reply.startStream();
  await send(reply, events);
  await reply.finish();
}

/** Begins a stream and sends it up to a phase. */
async function begin(reply: Reply, call: FaultCall, phase: string): Promise<void> {
  await reply.startStream();
  await send(reply, eventsUpTo(call, toPhase(phase)));
}

/** A whole stream whose bytes are cut at these offsets. */
async function split(reply: Reply, bytes: Buffer, offsets: readonly number[]): Promise<void> {
  await reply.startStream();
  let from = 0;
  for (const offset of [...offsets, bytes.length]) {
    await reply.chunk(bytes.subarray(from, offset));
    await reply.apart();
    from = offset;
  }
  await reply.finish();
}

const small = (call: FaultCall, texts: readonly string[]): Buffer => Buffer.from(eventsUpTo(call, "all", texts).join(""));

/** Texts whose characters take two, three and four bytes. */
export const WIDE_TEXTS = ["Zoë ", "→日本 ", "👩‍🚀🎉"] as const;

/** Offsets inside of a character. */
const insideOfCharacters = (bytes: Buffer): number[] => [...bytes.keys()].filter((offset) => (bytes[offset]! & 0xc0) === 0x80);

/** A fine stream in another form. */
function formed(call: FaultCall, form: string): string {
  const events = eventsUpTo(call, "all", SHORT_TEXTS);
  const objects = events.slice(0, -1).map((one) => one.slice("data: ".length).trim());
  const ends = ["\n\n", "\r\r", "\r\n\r\n", "\n\r\n", "\r\r\n"];
  switch (form) {
    case "bom":
      return `\uFEFF${events.join("")}`;
    case "cr":
      return events.map((one, index) => `event: e${index}\r${one.replaceAll("\n", "\r")}`).join("");
    case "mixed":
      return events.map((one, index) => `id: ${index}\r\n${one.trimEnd()}${ends[index % ends.length]}`).join("");
    case "lines":
      return objects.map((one) => `${one}\n`).join("");
    case "array":
      return `[${objects.join("\r\n,\n")}]`;
    case "pretty":
      return objects.map((one) => JSON.stringify(JSON.parse(one), undefined, 2)).join("\r\n");
    default:
      return JSON.stringify(completion(call), undefined, 2);
  }
}

/** Texts of the streams in other forms. */
export const SHORT_TEXTS = ["a ", "é\n ", '"}{[ ', "\\"] as const;

/** Bytes in pieces of so many, or in one. */
function cut(text: string, every: number): Buffer[] {
  const bytes = Buffer.from(text);
  if (every === 0) return [bytes];
  return Array.from({ length: Math.ceil(bytes.length / every) }, (_, index) => bytes.subarray(index * every, (index + 1) * every));
}

const ERROR = { error: { message: "overloaded", type: "server_error", code: null } };

/** A model's two calls of tools at once, their arguments in turns. */
export function toolEvents(call: FaultCall): string[] {
  const part = (index: number, more: object): string => event(chunkOf(call, { tool_calls: [{ index, ...more }] }));
  const argument = (index: number, text: string): string => part(index, { function: { arguments: text } });
  return [
    event(chunkOf(call, { role: "assistant", content: null })),
    part(0, { id: "call_a", type: "function", function: { name: "weather", arguments: "" } }),
    part(1, { id: "call_b", type: "function", function: { name: "time", arguments: "" } }),
    argument(0, '{"ci'),
    argument(1, '{"zone":"Eu'),
    argument(0, 'ty":"Zü'),
    argument(1, 'rope/Vienna"}'),
    argument(0, 'rich"}'),
  ];
}

/** Streams that break, stall, or are written in unusual ways. A phase is head, role, a number of tokens, finish or all. */
export const streams: Readonly<Record<string, Fault>> = {
  cut: {
    about: "a stream that is reset at a phase: cut:start (no byte at all) · cut:head · cut:role · cut:40 · cut:finish",
    answer: async (reply, call, phase) => {
      if (phase !== "start") {
        await begin(reply, call, phase);
        await arrived(reply);
      }
      reply.reset();
    },
  },
  burst: {
    about: "a stream that is reset just behind its bytes, so that some of them may be lost: burst:40",
    answer: async (reply, call, phase) => {
      await begin(reply, call, phase);
      reply.reset();
    },
  },
  end: {
    about: "a stream that ends properly, but too early: end:head · end:12 · end:finish (only [DONE] is missing)",
    answer: async (reply, call, phase) => {
      await begin(reply, call, phase);
      await arrived(reply);
      await reply.finish();
    },
  },
  stall: { about: "a stream that says no more after a phase: stall:role · stall:40", answer: begin },
  other: {
    about: "a fine stream with another text than the other targets' after so many tokens",
    answer: (reply, call, same) =>
      stream(
        reply,
        eventsUpTo(
          call,
          "all",
          Array.from({ length: TOKENS }, (_, index) => (index < Number(same) ? token(index) : `other${index} `)),
        ),
      ),
  },
  "first-token": {
    about: "a stream whose first token takes so many milliseconds",
    answer: async (reply, call, milliseconds) => {
      await begin(reply, call, "role");
      await reply.pause(Number(milliseconds));
      await send(reply, eventsUpTo(call, "all").slice(1));
      await reply.finish();
    },
  },
  says: {
    about: "a stream that says something by this member of a delta, and its text so many milliseconds later: says:reasoning,5000",
    answer: async (reply, call, argument) => {
      const [name = "", milliseconds] = argument.split(",");
      await begin(reply, call, "role");
      await reply.chunk(event(chunkOf(call, { [name]: ["something"] })));
      await reply.pause(Number(milliseconds));
      await send(reply, eventsUpTo(call, "all").slice(1));
      await reply.finish();
    },
  },
  choices: {
    about: "a stream of two choices that ends properly without an end mark, behind the finish of so many of them",
    answer: (reply, call, finished) => {
      const of = (index: number, delta: object, finish: string | null = null): string =>
        event(chunkOf(call, {}, { choices: [{ index, delta, finish_reason: finish }] }));
      const both = [of(0, { content: "a" }), of(0, {}, "stop"), of(1, { content: "b" }), of(1, {}, "stop")];
      return stream(reply, both.slice(0, 2 * Number(finished)));
    },
  },
  paced: {
    about: "a stream whose tokens are so many milliseconds apart",
    answer: async (reply, call, milliseconds) => {
      await reply.startStream();
      for (const one of eventsUpTo(call, "all")) {
        await reply.chunk(one);
        await reply.pause(Number(milliseconds));
      }
      await reply.finish();
    },
  },
  halves: {
    about: "a stream whose events come in two halves, so many milliseconds apart",
    answer: async (reply, call, milliseconds) => {
      await reply.startStream();
      for (const one of eventsUpTo(call, "all", ["a ", "b ", "c "])) {
        const middle = Math.floor(one.length / 2);
        await reply.chunk(one.slice(0, middle));
        await reply.pause(Number(milliseconds));
        await reply.chunk(one.slice(middle));
      }
      await reply.finish();
    },
  },
  flood: {
    about: "a stream of so many events of 16 KiB, as fast as they are taken",
    answer: async (reply, call, count) => {
      const piece = Buffer.from(event(chunkOf(call, { content: "x".repeat(16 * 1024) })));
      await reply.startStream();
      for (let sent = 0; sent < Number(count); sent++) await reply.chunkUnkept(piece);
      await send(reply, eventsUpTo(call, "all", []));
      await reply.finish();
    },
  },
  "bad-chunk": {
    about: "a stream with an event that is no valid JSON after two tokens",
    answer: (reply, call) => {
      const events = eventsUpTo(call, "all");
      return stream(reply, [...events.slice(0, 3), 'data: {"id":"chatcmpl-1","choices":[{"del\n\n', ...events.slice(3)]);
    },
  },
  split: {
    about: "a small stream whose bytes come in two pieces, cut at this offset",
    answer: (reply, call, offset) => split(reply, small(call, ["a ", "é"]), [Number(offset)]),
  },
  utf8: {
    about: "a stream cut inside of each character that has more than one byte",
    answer: (reply, call) => {
      const bytes = small(call, WIDE_TEXTS);
      return split(reply, bytes, insideOfCharacters(bytes));
    },
  },
  crlf: {
    about: "a stream with CRLF line ends",
    answer: (reply, call) =>
      stream(
        reply,
        eventsUpTo(call, "all").map((one) => one.replaceAll("\n", "\r\n")),
      ),
  },
  form: {
    about:
      "a fine stream in another form, cut behind so many bytes if there are any: form:bom · form:cr · form:mixed · form:lines · form:array · form:pretty:40, and form:whole",
    answer: async (reply, call, argument) => {
      const [form = "", every = "0"] = argument.split(":");
      await reply.startStream();
      await send(reply, cut(formed(call, form), Number(every)));
      await reply.finish();
    },
  },
  typed: {
    about: "a fine stream of this type, or none: typed: · typed:text/plain; charset=utf-8",
    answer: async (reply, call, type) => {
      await reply.startChunked(type === "" ? {} : { "content-type": type });
      await send(reply, eventsUpTo(call, "all"));
      await reply.finish();
    },
  },
  "typed-lines": {
    about: "a fine stream of JSON lines of this type",
    answer: async (reply, call, type) => {
      await reply.startChunked({ "content-type": type });
      await send(reply, cut(formed(call, "lines"), 0));
      await reply.finish();
    },
  },
  "typed-stall": {
    about: "a stream of no type that says no more after a phase",
    answer: async (reply, call, phase) => {
      await reply.startChunked({});
      await send(reply, eventsUpTo(call, toPhase(phase)));
    },
  },
  comments: {
    about: "a stream with comments, retry:, id: and event: lines",
    answer: (reply, call) =>
      stream(reply, [
        ": hello\n\n",
        "retry: 3000\n\n",
        ...eventsUpTo(call, "all").map((one, index) => `: ping\nid: ${index}\nevent: message\n${one}`),
      ]),
  },
  pings: {
    about: "a stream with events of types that OpenAI does not have between the others",
    answer: (reply, call) =>
      stream(
        reply,
        eventsUpTo(call, "all").flatMap((one) => ['event: ping\ndata: {"type":"ping"}\n\n', one]),
      ),
  },
  "multi-line": {
    about: "a stream whose events have their JSON in several data lines",
    answer: (reply, call) =>
      stream(
        reply,
        eventsUpTo(call, "all").map((one) => one.replace(',"choices"', '\ndata: ,"choices"')),
      ),
  },
  "long-line": {
    about: "a stream with a token of so many bytes",
    answer: (reply, call, length) => stream(reply, eventsUpTo(call, "all", ["a ", "x".repeat(Number(length)), " b"])),
  },
  "error-event": {
    about: "a stream with an error object at a phase, and a clean end after it",
    answer: async (reply, call, phase) => {
      await begin(reply, call, phase);
      await arrived(reply);
      await send(reply, [event(ERROR), DONE]);
      await reply.finish();
    },
  },
  overloaded: {
    about: "a stream with an error event as Anthropic sends it, at a phase",
    answer: async (reply, call, phase) => {
      await begin(reply, call, phase);
      await arrived(reply);
      await reply.chunk(`event: error\n${event({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } })}`);
      await reply.finish();
    },
  },
  tools: {
    about: "a stream of two tool calls at once, whose arguments come in turns",
    answer: (reply, call) => stream(reply, [...toolEvents(call), event(chunkOf(call, {}, {}, "tool_calls")), DONE]),
  },
  "tools-cut": {
    about: "as tools, but reset before the finish",
    answer: async (reply, call) => {
      await reply.startStream();
      await send(reply, toolEvents(call));
      await arrived(reply);
      reply.reset();
    },
  },
  steps: {
    about:
      'an answer of these pieces, then nothing more: steps:["text/event-stream","data: …","+1000","!end"] · the type first ("" = none) · "+1000" waits · "!end" ends properly · "!reset" · "@40" = the events of a stream up to a phase',
    answer: async (reply, call, argument) => {
      const [type = "", ...steps] = JSON.parse(argument) as readonly string[];
      await reply.startChunked(type === "" ? {} : { "content-type": type });
      for (const step of steps) {
        if (step === "!end") await reply.finish();
        else if (step === "!reset") reply.reset();
        else if (step.startsWith("+")) await reply.pause(Number(step.slice(1)));
        else if (step.startsWith("@")) await send(reply, eventsUpTo(call, toPhase(step.slice(1))));
        else await reply.chunk(step);
      }
    },
  },
  usage: {
    about:
      "a stream with its usage in the last chunk, growing in each, or nowhere, whatever was asked: usage:last · usage:each · usage:none",
    answer: (reply, call, where) => {
      const texts = ["a ", "b ", "c "];
      const events = eventsUpTo({ ...call, asksForUsage: where === "last" }, "all", texts);
      if (where !== "each") return stream(reply, events);
      const growing = texts.map((content, index) => event(chunkOf(call, { content }, { usage: usageOf(index + 1) })));
      return stream(reply, [events[0]!, ...growing, ...events.slice(1 + texts.length)]);
    },
  },
};
