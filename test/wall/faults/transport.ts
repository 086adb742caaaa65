import type { Fault, FaultCall } from "../fault";
import { completion } from "../openai";
import { headText } from "../reply";
import { ARRIVAL_MS } from "./arrival";
import { fine } from "./statuses";

const JSON_TYPE = { "content-type": "application/json" };

const bodyOf = (call: FaultCall): Buffer => Buffer.from(JSON.stringify(completion(call)));

/** A whole answer that nobody asked for; where it reaches a client, an answer was smuggled. */
const SMUGGLED_BODY = '{"choices":[{"message":{"content":"smuggled"}}]}';
const SMUGGLED = headText(200, { ...JSON_TYPE, "content-length": String(SMUGGLED_BODY.length) }) + SMUGGLED_BODY;

/** A fine head and body with lines of the test's own in the head. */
function answerWith(call: FaultCall, lines: string, after = ""): string {
  const body = bodyOf(call).toString();
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${lines}\r\n${body}${after}`;
}

/** Connections that break, hang or crawl, and heads that are not what they should be. */
export const transport: Readonly<Record<string, Fault>> = {
  reset: {
    about: "a RST: reset:before-head · reset:after-head · reset:mid-body",
    answer: async (reply, call, phase) => {
      const body = bodyOf(call);
      if (phase !== "before-head") await reply.raw(headText(200, { ...JSON_TYPE, "content-length": String(body.length) }));
      if (phase === "mid-body") await reply.raw(body.subarray(0, body.length / 2));
      if (phase !== "before-head") await reply.pause(ARRIVAL_MS);
      reply.reset();
    },
  },
  "close-early": { about: "ends the connection before an answer", answer: (reply) => reply.hangUp() },
  hang: { about: "takes the request and never answers", answer: () => undefined },
  slow: {
    about: "fine after so many milliseconds",
    answer: async (reply, call, milliseconds) => {
      await reply.pause(Number(milliseconds));
      await fine(reply, call);
    },
  },
  "drip-head": {
    about: "fine, the head so many bytes a second",
    answer: async (reply, call, perSecond) => {
      const body = bodyOf(call);
      await reply.drip(Buffer.from(headText(200, { ...JSON_TYPE, "content-length": String(body.length) })), Number(perSecond));
      await reply.raw(body);
      reply.over = true;
    },
  },
  "drip-body": {
    about: "fine, the body so many bytes a second",
    answer: async (reply, call, perSecond) => {
      const body = bodyOf(call);
      await reply.raw(headText(200, { ...JSON_TYPE, "content-length": String(body.length) }));
      await reply.drip(body, Number(perSecond));
      reply.over = true;
    },
  },
  "idle-close": {
    about: "fine once per connection; closes a kept one just when it is used again",
    answer: (reply, call) => (call.onSocket > 1 ? reply.reset() : fine(reply, call)),
  },
  garbage: {
    about: "answers in another protocol",
    answer: async (reply) => {
      await reply.raw("SSH-2.0-OpenSSH_9.2\r\n");
      reply.hangUp();
    },
  },
  "two-lengths": {
    about: "two Content-Length headers; by the shorter one a second answer follows",
    answer: async (reply, call) => {
      const { length } = bodyOf(call);
      const lines = `content-length: ${length}\r\ncontent-length: ${length + SMUGGLED.length}\r\n`;
      await reply.raw(answerWith(call, lines, SMUGGLED));
      reply.over = true;
    },
  },
  "length-and-chunked": {
    about: "Content-Length and Transfer-Encoding; by the length a second answer follows",
    answer: async (reply, call) => {
      const body = bodyOf(call).toString();
      const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${chunked.length}\r\ntransfer-encoding: chunked\r\n\r\n`;
      await reply.raw(head + chunked + SMUGGLED);
      reply.over = true;
    },
  },
  "extra-answer": {
    about: "a fine answer and, unasked, a second one behind it",
    answer: async (reply, call) => {
      await reply.raw(answerWith(call, `content-length: ${bodyOf(call).length}\r\n`, SMUGGLED));
      reply.over = true;
    },
  },
  early: {
    about: "this 1xx status before the answer: early:100 · early:103",
    answer: async (reply, call, status) => {
      await reply.raw(headText(Number(status), { link: "</style.css>; rel=preload" }));
      await reply.apart();
      await fine(reply, call);
    },
  },
  "early-forever": {
    about: "this 1xx status every second, and never an answer",
    answer: async (reply, _call, status) => {
      for (;;) {
        await reply.raw(headText(Number(status), {}));
        await reply.pause(1_000);
      }
    },
  },
  trailers: {
    about: "fine in chunks, with trailers behind them",
    answer: async (reply, call) => {
      await reply.startChunked(JSON_TYPE);
      await reply.chunk(bodyOf(call));
      await reply.finish({ "x-trailer": "late" });
    },
  },
  "long-header": {
    about: "fine, with one header of so many bytes",
    answer: (reply, call, length) => reply.whole(200, bodyOf(call), { ...JSON_TYPE, "x-long": "x".repeat(Number(length)) }),
  },
};
