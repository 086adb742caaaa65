import { randomBytes } from "node:crypto";
import { Agent, request, type IncomingHttpHeaders } from "node:http";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { CHAT, document, startTestGateway, target, type TestGateway } from "../../support/gateway";
import { fc } from "../../support/properties";
import { chatAnswer, sendJson, TestUpstream } from "../../support/upstream";

const LIMIT = 64 * 1024;

let upstream: TestUpstream;
let gateway: TestGateway;
let preserving: TestGateway;

beforeAll(async () => {
  upstream = await TestUpstream.start();
  upstream.answer = (response) => sendJson(response, 200, chatAnswer("fine"));
  const settings = { max_request_body_size: LIMIT, balancer: { retries: 0 } };
  gateway = await startTestGateway(document({ ...settings, targets: [target(upstream.url)] }));
  const bytes = { route_type: "preserve", model: { provider: "openai", options: { upstream_url: upstream.origin } } };
  preserving = await startTestGateway(document({ ...settings, targets: [bytes] }));
});

afterAll(async () => {
  await gateway.close();
  await preserving.close();
  await upstream.close();
});

beforeEach(() => {
  upstream.calls.length = 0;
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly error: { readonly code?: string; readonly message?: string };
  /** Whether the request went over a connection of one before. */
  readonly reused: boolean;
}

interface Sending {
  readonly to?: TestGateway;
  readonly agent?: Agent;
  /** Whether the length is announced; else the body comes in chunks. */
  readonly announced?: boolean;
}

function send(
  body: Buffer,
  given: Record<string, string | string[]>,
  { to = gateway, agent, announced = true }: Sending = {},
): Promise<Answer> {
  const headers = { "content-type": "application/json", ...(announced && { "content-length": body.length }), ...given };
  return new Promise((resolve, reject) => {
    const sent = request(`${to.url}/chat`, { method: "POST", headers, ...(agent && { agent }) }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () => {
        const { error = {} } = JSON.parse(text) as Partial<Answer>;
        resolve({ status: answer.statusCode, headers: answer.headers, error, reused: sent.reusedSocket });
      });
    });
    sent.on("error", reject).end(body);
  });
}

const plain = Buffer.from(JSON.stringify(CHAT));

describe("a packed request", () => {
  test.each<[string | string[], Buffer]>([
    ["gzip", gzipSync(plain)],
    ["GZip", gzipSync(plain)],
    ["x-gzip", gzipSync(plain)],
    ["gzip", Buffer.concat([gzipSync(plain.subarray(0, 9)), gzipSync(plain.subarray(9))])],
    ["deflate", deflateSync(plain)],
    ["deflate", deflateRawSync(plain)],
    ["deflate", deflateRawSync(plain, { level: 0 })],
    ["br", brotliCompressSync(plain)],
    ["gzip, identity", gzipSync(plain)],
    ["identity,,br", brotliCompressSync(plain)],
    [["identity", "deflate"], deflateSync(plain)],
    ["identity", plain],
    ["", plain],
  ])("is unpacked and travels upstream plain (%j)", async (coding, packed) => {
    for (const announced of [true, false]) {
      expect((await send(packed, { "content-encoding": coding }, { announced })).status).toBe(200);
      const call = upstream.calls.shift();
      expect(JSON.parse(call?.body ?? "")).toMatchObject(CHAT);
      expect(call?.headers).not.toHaveProperty("content-encoding");
      expect(Number(call?.headers["content-length"])).toBe(call?.body.length);
    }
  });

  test.each(["zstd", "compress", "aws-chunked", "gzip, br", "br,br", "gzip;q=1", "*", "gz\u00c3\u00aep"])(
    "in another coding is answered 415, which says what is taken (%j)",
    async (coding) => {
      const { status, headers, error } = await send(plain, { "content-encoding": coding });
      expect([status, error.code]).toEqual([415, "unsupported_encoding"]);
      expect(headers["accept-encoding"]).toBe("gzip, x-gzip, deflate, br");
      expect(error.message).toContain(Buffer.from(coding.replace(",br", ", br"), "latin1").toString());
      expect(upstream.calls).toEqual([]);
    },
  );

  test.each<[string, Buffer, string]>([
    ["is none", plain, "gzip"],
    ["is none", plain, "br"],
    ["is none", plain, "deflate"],
    ["is in another coding than its name says", gzipSync(plain), "br"],
    ["is empty", Buffer.alloc(0), "gzip"],
    ["is cut off", gzipSync(plain).subarray(0, 20), "gzip"],
    ["is cut off", deflateRawSync(plain).subarray(0, -1), "deflate"],
    ["is cut off", brotliCompressSync(plain).subarray(0, -1), "br"],
    ["goes on behind its end", Buffer.concat([gzipSync(plain), Buffer.from("x")]), "gzip"],
    ["goes on behind its end", Buffer.concat([gzipSync(plain), Buffer.alloc(9)]), "gzip"],
    ["goes on behind its end", Buffer.concat([deflateSync(plain), plain]), "deflate"],
    ["goes on behind its end", Buffer.concat([deflateRawSync(plain), plain]), "deflate"],
    ["goes on behind its end", Buffer.concat([brotliCompressSync(plain), plain]), "br"],
  ])("that %s is answered 400 (%#)", async (_what, packed, coding) => {
    for (const announced of [true, false]) {
      const { status, error } = await send(packed, { "content-encoding": coding }, { announced });
      expect([status, error.code]).toEqual([400, "body_not_json"]);
    }
    expect(upstream.calls).toEqual([]);
  });

  const bomb = Buffer.alloc(8 * 1024 * 1024, " ");
  test.each<[string, Buffer, string]>([
    ["a little more", gzipSync(Buffer.concat([plain, Buffer.alloc(LIMIT, " ")])), "gzip"],
    ["a bomb", gzipSync(bomb), "gzip"],
    ["a bomb", deflateRawSync(bomb), "deflate"],
    ["a bomb", brotliCompressSync(bomb), "br"],
    ["parts without end that unpack to nothing", Buffer.concat(Array<Buffer>(4_000).fill(gzipSync(""))), "gzip"],
  ])("that is over the limit is answered 413: %s (%#)", async (_what, packed, coding) => {
    for (const announced of [true, false]) {
      const { status, error } = await send(packed, { "content-encoding": coding }, { announced });
      expect([status, error.code]).toEqual([413, "body_too_large"]);
    }
    expect(upstream.calls).toEqual([]);
  });

  test("and one that cannot be unpacked does not hold the connection with what is left of it", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const broken = Buffer.concat([gzipSync(plain).subarray(0, 12), randomBytes(40 * 1024)]);
    expect(await send(broken, { "content-encoding": "gzip" }, { agent })).toMatchObject({ status: 400, reused: false });
    expect(await send(plain, {}, { agent })).toMatchObject({ status: 200, reused: true });
    agent.destroy();
  });

  test("is read, refused or too large, whatever its bytes and whatever its pieces", async () => {
    const packers = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, "x-gzip": gzipSync, zstd: (bytes: Buffer) => bytes };
    const mutation = fc.record({ at: fc.nat(), to: fc.uint8Array({ maxLength: 3 }), cut: fc.integer({ min: 0, max: 3 }) });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((random) => ({ coding: undefined, random, mutations: [] })),
      fc.record({
        coding: fc.constantFrom(...(Object.keys(packers) as (keyof typeof packers)[])),
        random: fc.uint8Array({ maxLength: 300 }),
        mutations: fc.array(mutation, { maxLength: 3 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom("gzip", "deflate", "br", "x-gzip", "zstd"),
        fc.boolean(),
        async (given, coding, announced) => {
          let packed = given.coding === undefined ? Buffer.from(given.random) : packers[given.coding](Buffer.from(given.random));
          for (const { at, to, cut } of given.mutations) {
            const place = at % (packed.length + 1);
            packed = Buffer.concat([packed.subarray(0, place), to, packed.subarray(place + cut)]);
          }
          const { status } = await send(packed, { "content-encoding": coding }, { announced });
          expect([400, 413, 415]).toContain(status);
        },
      ),
      { numRuns: 150 },
    );
    expect(upstream.calls).toEqual([]);
    expect((await send(gzipSync(plain), { "content-encoding": "gzip" })).status).toBe(200);
  });
});

test.each(["gzip, chunked", "identity, chunked"])("a transfer coding that is not undone is told, not read as JSON (%j)", async (coding) => {
  const { status, error } = await send(Buffer.from("x"), { "transfer-encoding": coding }, { announced: false });
  expect([status, error.code]).toEqual([501, "not_served"]);
  expect(upstream.calls).toEqual([]);
});

test.each(["gzip", "zstd", "gzip, br"])("preserve passes bytes and Content-Encoding as they came (%j)", async (coding) => {
  const packed = gzipSync(plain);
  let seen: Buffer | undefined;
  upstream.answer = (response, call) => {
    seen = Buffer.from(call.body);
    sendJson(response, 200, {});
  };
  expect((await send(packed, { "content-encoding": coding }, { to: preserving })).status).toBe(200);
  upstream.answer = (response) => sendJson(response, 200, chatAnswer("fine"));
  expect(upstream.calls[0]?.headers["content-encoding"]).toBe(coding);
  // the upstream of the tests reads bytes as text
  expect(seen).toEqual(Buffer.from(packed.toString()));
});
