import type { Fault, FaultCall } from "../fault";
import { completion, DONE, eventsUpTo, refusal } from "../openai";
import { headText, type Headers, type Reply } from "../reply";

/** What a well upstream answers, as a stream where one was asked for. */
export async function fine(reply: Reply, call: FaultCall): Promise<void> {
  if (!call.stream) {
    await reply.json(200, completion(call));
    return;
  }
  await reply.startStream();
  for (const event of eventsUpTo(call, "all")) await reply.chunk(event);
  await reply.finish();
}

/** `503,2`: the status and how long to wait; `date+3`, `ms=1500` and any text are possible waits. */
function statusOf(argument: string, call: FaultCall): { readonly status: number; readonly headers: Headers } {
  const comma = argument.indexOf(",");
  const status = Number(comma < 0 ? argument : argument.slice(0, comma));
  const wait = comma < 0 ? "" : argument.slice(comma + 1);
  if (wait === "") return { status, headers: {} };
  if (wait.startsWith("ms=")) return { status, headers: { "retry-after-ms": wait.slice(3) } };
  const seconds = /^date([+-]\d+)$/.exec(wait)?.[1];
  return { status, headers: { "retry-after": seconds === undefined ? wait : new Date(call.date + Number(seconds) * 1000).toUTCString() } };
}

async function refuse(reply: Reply, call: FaultCall, argument: string): Promise<void> {
  const { status, headers } = statusOf(argument, call);
  await reply.json(status, refusal(`${call.model} says ${status}`, null, "server_error"), headers);
}

const context = refusal(
  "This model's maximum context length is 128000 tokens. However, your messages resulted in 190042 tokens.",
  "context_length_exceeded",
);
const filter = refusal("The response was filtered.", "content_filter");

/** Answers that are whole, and of another status than 200 or of an unwelcome meaning. */
export const statuses: Readonly<Record<string, Fault>> = {
  fine: { about: "answers as it should; what stands behind the colon only tells targets apart", answer: fine },
  status: { about: "this status always, with a Retry-After: status:429,2 · status:429,date+3 · status:503,ms=1500", answer: refuse },
  late: {
    about: "this status always, after so many milliseconds: late:20000:429",
    answer: async (reply, call, argument) => {
      const [milliseconds = "0", status = "500"] = argument.split(":");
      await reply.pause(Number(milliseconds));
      await refuse(reply, call, status);
    },
  },
  once: {
    about: "this status at the first call, then fine: once:500",
    answer: (reply, call, argument) => (call.ofModel === 1 ? refuse(reply, call, argument) : fine(reply, call)),
  },
  flapping: {
    about: "up for so many milliseconds, then as long 503, by the clock",
    answer: (reply, call, argument) => (Math.floor(call.at / Number(argument)) % 2 === 0 ? fine(reply, call) : refuse(reply, call, "503")),
  },
  switched: {
    about: "fine or resets, by the upstream's switch",
    answer: (reply, call) => (call.isDown ? reply.reset() : fine(reply, call)),
  },
  "context-length": { about: "400: the request is too long", answer: (reply) => reply.json(400, context) },
  "content-filter": { about: "400: a content filter refused the request", answer: (reply) => reply.json(400, filter) },
  filtered: {
    about: "200 whose finish_reason is content_filter",
    answer: async (reply, call) => {
      if (!call.stream) {
        await reply.json(200, completion(call, {}, "content_filter"));
        return;
      }
      await reply.startStream();
      for (const event of eventsUpTo(call, "finish", ["a "])) await reply.chunk(event.replace('"stop"', '"content_filter"'));
      await reply.chunk(DONE);
      await reply.finish();
    },
  },
  redirect: {
    about: "a redirect with this status to another path of the upstream",
    answer: (reply, { origin }, argument) => reply.whole(Number(argument), "", { location: `${origin}/elsewhere` }),
  },
  "no-prefill": {
    about: "fine, but 400 where the conversation ends with a text of the assistant; no-prefill:stall: its head alone, and then nothing",
    answer: async (reply, call, argument) => {
      if (prefillOf(call) === undefined) await fine(reply, call);
      else if (argument === "stall") await reply.raw(headText(400, { "content-type": "application/json", "content-length": "20" }));
      else await reply.json(400, refusal("prefill is not supported", "invalid_prefill"));
    },
  },
  prefill: {
    about: "streams what follows the text of the assistant that ends the conversation",
    answer: async (reply, call) => {
      const begun = prefillOf(call) ?? "";
      await reply.startStream();
      const events = eventsUpTo(call, "all");
      const known = begun.split(" ").length - 1;
      for (const event of [events[0]!, ...events.slice(1 + known)]) await reply.chunk(event);
      await reply.finish();
    },
  },
};

/** The text of the assistant that ends the conversation. */
function prefillOf({ json }: FaultCall): string | undefined {
  const last = (json["messages"] as readonly { role: string; content: string }[]).at(-1);
  return last?.role === "assistant" ? last.content : undefined;
}
