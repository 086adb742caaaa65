"use strict";
// Loaded before the gateway in its own process: makes a mistake that shows rarely. THROW names the place; it throws each time that the place sees a value
// which only some of the fuzzer's exchanges bring.
const { Transform } = require("node:stream");
const { ServerResponse, IncomingMessage } = require("node:http");

const mistake = () => {
  throw new Error("an injected mistake");
};

const PLACES = {
  // a callback of the response: bytes for the client that hold this text
  write() {
    const { write } = ServerResponse.prototype;
    ServerResponse.prototype.write = function (chunk, ...rest) {
      if (chunk.length > 0 && chunk.includes("word 11 ")) mistake();
      return write.call(this, chunk, ...rest);
    };
  },
  // a callback of the unpacker: a piece of one particular length
  unzip() {
    const { push } = Transform.prototype;
    Transform.prototype.push = function (chunk, ...rest) {
      if (chunk !== null && chunk.length % 7 === 3 && this.constructor.name === "Gunzip") mistake();
      return push.call(this, chunk, ...rest);
    };
  },
  // a promise that nobody waits for
  rejection() {
    const { on } = IncomingMessage.prototype;
    IncomingMessage.prototype.on = function (event, ...rest) {
      if (event === "end" && this.method === "DELETE") void Promise.reject(new Error("an injected mistake"));
      return on.call(this, event, ...rest);
    };
  },
  // answers that never end
  hang() {
    const { end } = ServerResponse.prototype;
    let ended = 0;
    ServerResponse.prototype.end = function (...rest) {
      if (this.req?.url?.startsWith("/small") && ++ended % 10 === 0) return this;
      return end.call(this, ...rest);
    };
  },
  // a timer that is never cleared
  timer() {
    const { writeHead } = ServerResponse.prototype;
    let begun = 0;
    ServerResponse.prototype.writeHead = function (...rest) {
      if (++begun === 100) setInterval(() => undefined, 60_000);
      return writeHead.apply(this, rest);
    };
  },
};

PLACES[process.env.THROW]();
