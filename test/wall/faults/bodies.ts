import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Fault, FaultCall } from "../fault";
import { completion, eventsUpTo } from "../openai";

const PACK: Readonly<Record<string, (body: Buffer) => Buffer>> = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };

const PAGE = "<!doctype html><title>502 Bad Gateway</title>";

const textFor = (call: FaultCall): string => (call.stream ? eventsUpTo(call, "all").join("") : JSON.stringify(completion(call)));

const packed = (call: FaultCall, coding: string): Buffer => PACK[coding]!(Buffer.from(textFor(call)));

const headersFor = (call: FaultCall, coding: string): Readonly<Record<string, string>> => ({
  "content-type": call.stream ? "text/event-stream" : "application/json",
  "content-encoding": coding,
});

/** Answers with status 200 whose body is not what a client can use, or is packed. */
export const bodies: Readonly<Record<string, Fault>> = {
  html: { about: "200 with an HTML page", answer: (reply) => reply.whole(200, PAGE, { "content-type": "text/html" }) },
  empty: { about: "200 without a body", answer: (reply) => reply.whole(200, "", { "content-type": "application/json" }) },
  "slow-whole": {
    about: "a whole answer after so many milliseconds, asked for a stream or not",
    answer: async (reply, call, milliseconds) => {
      await reply.pause(Number(milliseconds));
      await reply.json(200, completion(call));
    },
  },
  "wrong-type": {
    about: "200 whose events are called plain text",
    answer: (reply, call) => reply.whole(200, eventsUpTo(call, "all").join(""), { "content-type": "text/plain" }),
  },
  "not-json": {
    about: "200 with JSON that breaks off, in its full announced length",
    answer: (reply, call) => reply.whole(200, JSON.stringify(completion(call)).slice(0, -9), { "content-type": "application/json" }),
  },
  "no-choices": {
    about: "200 with JSON that lacks choices",
    answer: (reply, { model }) => reply.json(200, { id: "x", object: "chat.completion", model }),
  },
  "no-usage": { about: "200 without usage", answer: (reply, call) => reply.json(200, completion(call, { usage: undefined })) },
  packed: {
    about: "fine, packed unasked: packed:gzip · packed:br · packed:deflate",
    answer: (reply, call, coding) => reply.whole(200, packed(call, coding), headersFor(call, coding)),
  },
  truncated: {
    about: "as packed, but the packed bytes end too early",
    answer: (reply, call, coding) => reply.whole(200, packed(call, coding).subarray(0, -12), headersFor(call, coding)),
  },
};
