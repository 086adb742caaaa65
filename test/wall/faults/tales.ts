import type { Fault, FaultCall } from "../fault";
import type { Reply } from "../reply";
import { SPEAKERS, type Speaker } from "../speakers";
import { piecesOf, TALE, WAYS, type Way } from "../tale";
import { ARRIVAL_MS } from "./arrival";

interface Message {
  readonly role: string;
  readonly content: string | readonly { readonly text?: string }[];
}

/** The last text of the assistant in a request of either dialect; empty if there is none. */
export function givenText({ json }: Pick<FaultCall, "json">): string {
  const last = (json["messages"] as readonly Message[]).findLast(({ role }) => role === "assistant");
  if (last === undefined) return "";
  return typeof last.content === "string" ? last.content : last.content.map(({ text = "" }) => text).join("");
}

/** `openai,cut=20,thinks`: the dialect, and what is asked for. */
function read(argument: string): { readonly speaker: Speaker; readonly asked: ReadonlyMap<string, string> } {
  const [dialect = "", ...rest] = argument.split(",");
  const speaker = SPEAKERS[dialect];
  if (speaker === undefined) throw new Error(`there is no speaker of ${dialect}`);
  return { speaker, asked: new Map(rest.map((one) => one.split("=", 2) as [string, string])) };
}

/** Bytes of an event up to the middle of its first character of several bytes. */
function upToMiddle(event: string): Buffer {
  const bytes = Buffer.from(event);
  return bytes.subarray(0, bytes.findIndex((byte) => byte >= 0xc0) + 1);
}

async function send(reply: Reply, parts: readonly (string | Buffer)[]): Promise<void> {
  await reply.startStream();
  for (const part of parts) await reply.chunk(part);
}

/** What is sent of the tale before it breaks. */
function beginning(call: FaultCall, { speaker, asked }: ReturnType<typeof read>): (string | Buffer)[] {
  const tokens = Number(asked.get("cut"));
  const next = TALE[tokens] ?? "";
  const parts: (string | Buffer)[] = speaker.begin(call);
  if (asked.has("thinks")) parts.push(...speaker.reasoning(call, "first thoughts"));
  parts.push(...TALE.slice(0, tokens).map((token) => speaker.text(call, token)));
  if (asked.has("within")) parts.push(speaker.text(call, next.slice(0, Number(asked.get("within")))));
  if (asked.has("bytes")) parts.push(upToMiddle(speaker.text(call, next)));
  if (asked.has("tool")) parts.push(...speaker.tool(call));
  return parts;
}

/** Streams that tell one tale, begun by one speaker and gone on with by another. */
export const tales: Readonly<Record<string, Fault>> = {
  tale: {
    about:
      "a tale that is reset after so many tokens: tale:openai,cut=20 · within=4 (and so many characters of the next) · bytes (and inside of a character of the next) · thinks (first) · tool (at last)",
    answer: async (reply, call, argument) => {
      await send(reply, beginning(call, read(argument)));
      await reply.pause(ARRIVAL_MS);
      reply.reset();
    },
  },
  tell: {
    about: "goes on in its own words with the tale that it is given: tell:anthropic,way=exact · thinks (first)",
    answer: async (reply, call, argument) => {
      const { speaker, asked } = read(argument);
      const said = piecesOf(WAYS[asked.get("way") as Way](givenText(call)));
      const thoughts = asked.has("thinks") ? speaker.reasoning(call, "second thoughts") : [];
      await send(reply, [
        ...speaker.begin(call),
        ...thoughts,
        ...said.map((piece) => speaker.text(call, piece)),
        ...speaker.finish(call, said.length),
      ]);
      await reply.finish();
    },
  },
};
