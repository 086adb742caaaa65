import { PassingEmbeddings } from "../../../../../runtime/dialects/openai/embeddings";
import { GatewayError } from "../../../../../runtime/errors";
import { embeddingsAnswer, inputsOf, packed, type EmbeddingsBody } from "../../../../support/embeddings";
import { fc } from "../../../../support/properties";
import { begin, callOf, joined, OPENAI, read, sentBy } from "./support";

const answering = (body: string): string => JSON.stringify(embeddingsAnswer(JSON.parse(body) as EmbeddingsBody));

const token = fc.nat({ max: 200_000 });
const input = fc.oneof(
  fc.string(),
  fc.array(token, { minLength: 1, maxLength: 9 }),
  fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 30 }),
  fc.array(fc.array(token, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 30 }),
);
const format = fc.constantFrom(undefined, "float", "base64");

describe("a request of any kind, split by any limit", () => {
  test("gets what one call would have got", () => {
    fc.assert(
      fc.property(
        input,
        format,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 2 }),
        (given, encoding_format, maxInputs, indent) => {
          const request = JSON.stringify({ input: given, encoding_format, user: "u" }, undefined, indent);
          const whole = joined(begin(request), answering);
          expect(JSON.parse(joined(begin(request, { maxInputs }), answering))).toStrictEqual(JSON.parse(whole));
        },
      ),
    );
  });

  test("sends all inputs once, in order, as the client wrote them", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.integer({ min: 1, max: 9 }), (texts, maxInputs) => {
        const sent = sentBy(begin({ input: texts, user: "u" }, { maxInputs })).map((body) => JSON.parse(body) as EmbeddingsBody);
        expect(sent.flatMap((body) => inputsOf(body))).toStrictEqual(texts);
        for (const body of sent) {
          expect(inputsOf(body).length).toBeLessThanOrEqual(maxInputs);
          expect(body).toMatchObject({ model: "m", user: "u" });
        }
      }),
    );
  });

  test("is answered in order, in whichever the provider's elements come", () => {
    const reversed = (body: string): string => {
      const answer = embeddingsAnswer(JSON.parse(body) as EmbeddingsBody);
      return JSON.stringify({ ...answer, data: answer.data.toReversed() });
    };
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), format, fc.integer({ min: 1, max: 9 }), (texts, encoding_format, maxInputs) => {
        const request = { input: texts, encoding_format };
        expect(JSON.parse(joined(begin(request, { maxInputs }), reversed))).toStrictEqual(JSON.parse(joined(begin(request), answering)));
      }),
    );
  });
});

test("bytes of the inputs stay as they came", () => {
  const split = begin('{ "input" : [ "Zo\\u00eb" , "b",\n"c" ] , "n": 1.0 }', { maxInputs: 2 });
  expect(sentBy(split)).toEqual(['{ "input" : ["Zo\\u00eb" , "b"] , "n": 1.0,"model":"m" }', '{ "input" : ["c"] , "n": 1.0,"model":"m" }']);
});

test("what each call would repeat is limited", () => {
  const request = { input: ["a", "b"], metadata: "x".repeat(65_536) };
  expect(sentBy(begin(request, { maxInputs: 2 }))).toHaveLength(1);
  expect(() => begin(request, { maxInputs: 1 })).toThrow("all but 'input' must be at most 65536 bytes in a request that takes 2 calls");
});

describe("the request", () => {
  test.each<[string, object, Parameters<typeof begin>[1], object]>([
    ["keeps base64", { input: "a", encoding_format: "base64" }, {}, { input: "a", encoding_format: "base64" }],
    [
      "asks for numbers if there is no base64",
      { input: "a", encoding_format: "base64" },
      { base64: false },
      { input: "a", encoding_format: "float" },
    ],
    ["leaves numbers alone", { input: "a" }, { base64: false }, { input: "a" }],
    ["renames dimensions", { input: "a", dimensions: 8 }, { dimensions: "output_dimension" }, { input: "a", output_dimension: 8 }],
    [
      "leaves out what is refused",
      { input: "a", user: "u", encoding_format: "base64" },
      { base64: false, refuses: ["user", "encoding_format"] },
      { input: "a" },
    ],
    [
      "takes extra_body in",
      { input: "a", extra_body: { truncate: "END", model: "x", encoding_format: "base64", dimensions: 3 } },
      {},
      { input: "a", truncate: "END" },
    ],
    [
      "sends each part what is left of the body",
      { input: ["a", "b"], dimensions: 8 },
      { maxInputs: 2 },
      { input: ["a", "b"], dimensions: 8 },
    ],
  ])("%s", (_, request, traits, expected) => {
    expect(sentBy(begin(request, traits)).map((body) => JSON.parse(body) as unknown)).toEqual([{ ...expected, model: "m" }]);
  });

  test.each<[string, object, object]>([
    ["dimensions", { input: "a" }, { input: "a", dimensions: 16 }],
    ["dimensions", { input: "a", dimensions: null }, { input: "a", dimensions: 16 }],
    ["dimensions", { input: "a", dimensions: 8 }, { input: "a", dimensions: 8 }],
    ["output_dimension", { input: "a" }, { input: "a", output_dimension: 16 }],
    ["output_dimension", { input: "a", dimensions: 8 }, { input: "a", output_dimension: 8 }],
    ["output_dimension", { input: "a", output_dimension: 4 }, { input: "a", output_dimension: 4 }],
  ])("has the configured length as %s: %j", (dimensions, request, expected) => {
    const options = { ...callOf({ input: "a" }).options, embeddings_dimensions: 16 };
    expect(sentBy(begin(request, { dimensions }, { options })).map((body) => JSON.parse(body) as unknown)).toEqual([
      { ...expected, model: "m" },
    ]);
  });

  test("needs a model", () => {
    expect(() => begin({ input: "a" }, {}, { model: undefined })).toThrow(GatewayError);
  });
});

test("the inputs of a request are gone through once, however many targets of a provider there are", () => {
  const { ask } = callOf({ input: ["a", "b", "c"] });
  let reads = 0;
  const request = ask.reading!.request as { starts: readonly number[] };
  request.starts = new Proxy(request.starts, {
    get(starts, key) {
      if (key === "1") reads++;
      return Reflect.get(starts, key) as unknown;
    },
  });
  const codec = new PassingEmbeddings(OPENAI);
  for (let target = 0; target < 100; target++) codec.lacks(ask);
  expect(reads).toBe(1);
});

test("a configured length that the provider cannot be asked for is lacked, and not lost", () => {
  const lacks = (request: object, traits: object): readonly string[] =>
    new PassingEmbeddings({ ...OPENAI, ...traits }).lacks(callOf(request).ask, "m", { embeddings_dimensions: 4 }).map(({ field }) => field);
  expect(lacks({ input: "a" }, { dimensions: undefined })).toEqual(["model.options.embeddings_dimensions"]);
  expect(lacks({ input: "a", dimensions: 3 }, { dimensions: undefined })).toEqual(["dimensions"]);
  expect(lacks({ input: "a" }, {})).toEqual([]);
});

test.each<[object, object, string[]]>([
  [{ input: "a", dimensions: 3 }, {}, []],
  [{ input: "a", dimensions: 3 }, { dimensions: undefined }, ["dimensions"]],
  [{ input: [1] }, { tokens: false }, ["input of tokens"]],
  [{ input: [[1]], dimensions: 2 }, { tokens: false, dimensions: undefined }, ["input of tokens", "dimensions"]],
  [{ input: ["a"] }, { tokens: false }, []],
  [{ input: new Array(256).fill("a") }, { maxInputs: 1 }, []],
  [{ input: new Array(257).fill("a") }, { maxInputs: 1 }, ["inputs for more than 256 calls"]],
])("a provider lacks %#", (request, traits, fields) => {
  expect(new PassingEmbeddings({ ...OPENAI, ...traits }).lacks(callOf(request).ask).map(({ field }) => field)).toEqual(fields);
});

const ELEMENT = { object: "embedding", index: 0, embedding: [1, -0.5] };
const answerOf = (data: unknown, more: object = {}): string => JSON.stringify({ object: "list", data, model: "m-1", ...more });

describe("the answer", () => {
  test("tells model and usage, and goes on as it came", () => {
    const text = answerOf([ELEMENT], { usage: { prompt_tokens: 4, total_tokens: 4 } });
    const { answer, client } = read(begin({ input: "a" }), text);
    expect(answer).toMatchObject({
      ok: true,
      model: "m-1",
      usage: { prompt_tokens: 4, completion_tokens: 0, total_tokens: 4 },
      written: undefined,
    });
    expect(client).toBe(text);
  });

  test.each<[string, string, number, string]>([
    ["nothing", "", 1, "is empty"],
    ["no JSON", "{", 1, "is no JSON object"],
    ["other JSON", "[]", 1, "is no JSON object"],
    ["no data", "{}", 1, "holds no list 'data'"],
    ["data of another type", answerOf({}), 1, "holds no list 'data'"],
    ["an empty list", answerOf([]), 1, "must hold 1 embeddings, but holds 0"],
    ["too few", answerOf([ELEMENT]), 2, "must hold 2 embeddings, but holds 1"],
    ["too many", answerOf([ELEMENT, { ...ELEMENT, index: 1 }]), 1, "must hold 1 embeddings, but holds more"],
    ["an index twice", answerOf([ELEMENT, ELEMENT]), 2, "must hold each index from 0 to 1 once, but does not"],
    ["an index beyond", answerOf([{ ...ELEMENT, index: 1 }]), 1, "must hold each index from 0 to 0 once, but does not"],
    [
      "an index that is none",
      answerOf([{ ...ELEMENT, index: "0" }]),
      1,
      "must give each embedding a whole number as its index, but does not",
    ],
    ["a negative index", answerOf([{ ...ELEMENT, index: -1 }]), 1, "must give each embedding a whole number as its index, but does not"],
    ["elements that are no objects", answerOf([[1, 2]]), 1, "holds an element of 'data' without an embedding"],
    ["no vector", answerOf([{ index: 0 }]), 1, "holds an element of 'data' without an embedding"],
    ["an empty vector", answerOf([{ ...ELEMENT, embedding: [] }]), 1, "holds an empty embedding"],
    ["empty base64", answerOf([{ ...ELEMENT, embedding: "" }]), 1, "holds an empty embedding"],
    ["null", answerOf([{ ...ELEMENT, embedding: null }]), 1, "holds an embedding that is neither a list of numbers nor base64"],
    ["an object", answerOf([{ ...ELEMENT, embedding: { 0: 1 } }]), 1, "holds an embedding that is neither a list of numbers nor base64"],
    ["null among numbers", answerOf([{ ...ELEMENT, embedding: [1, null] }]), 1, "holds an embedding with something else than numbers"],
    ["NaN as a text", answerOf([{ ...ELEMENT, embedding: [1, "NaN"] }]), 1, "holds an embedding with something else than numbers"],
    ["NaN as a word", '{"data":[{"index":0,"embedding":[NaN]}]}', 1, "is no JSON object"],
    ["a vector for each token", answerOf([{ ...ELEMENT, embedding: [[1]] }]), 1, "holds an embedding with something else than numbers"],
    ["an error inside of a 200", '{"error":{"message":"no"}}', 1, "holds no list 'data'"],
    [
      "base64 of no floats",
      answerOf([{ ...ELEMENT, embedding: "AAA=" }]),
      1,
      "holds an embedding whose base64 is no list of 32-bit floats",
    ],
    [
      "base64 of NaN",
      answerOf([{ ...ELEMENT, embedding: packed([NaN]) }]),
      1,
      "holds an embedding whose base64 is no list of 32-bit floats",
    ],
    ["no base64", answerOf([{ ...ELEMENT, embedding: "%%%%" }]), 1, "holds an embedding whose base64 is no list of 32-bit floats"],
  ])("of %s cannot be used", (_, text, count, reason) => {
    expect(read(begin({ input: new Array(count).fill("a") }), text).answer).toEqual({ ok: false, reason });
  });

  test.each<[string, string]>([
    ["a number beyond 32-bit floats", '{"data":[{"embedding":[1e39]}]}'],
    ["a number of many digits", `{"data":[{"embedding":[1${"0".repeat(600)}]}]}`],
  ])("with %s cannot be written as base64", (_, text) => {
    const conversion = begin({ input: "a", encoding_format: "base64" });
    expect(read(conversion, text).answer).toEqual({ ok: false, reason: "holds a number that no 32-bit float can be" });
  });

  test.each<[string, string | undefined, unknown, unknown]>([
    ["numbers though base64 was asked", "base64", [1, -0.5], packed([1, -0.5])],
    ["base64 though numbers were asked", "float", packed([1, -0.5, 0.25]), [1, -0.5, 0.25]],
    ["base64 though nothing was asked", undefined, packed([1]), [1]],
  ])("of %s is what the client asked for", (_, encoding_format, given, expected) => {
    const { client } = read(begin({ input: "a", encoding_format }), answerOf([{ ...ELEMENT, embedding: given }]));
    expect(JSON.parse(client)).toEqual({ object: "list", data: [{ ...ELEMENT, embedding: expected }], model: "m-1" });
  });

  test("with escaped slashes is base64 too", () => {
    const text = answerOf([{ ...ELEMENT, embedding: packed([-1.9999998807907104, 3]) }]);
    expect(text).toContain("/");
    const { client } = read(begin({ input: "a" }), text.replaceAll("/", "\\/"));
    expect((JSON.parse(client) as { data: { embedding: number[] }[] }).data[0]?.embedding.map(Math.fround)).toEqual([
      Math.fround(-1.9999998807907104),
      3,
    ]);
  });

  test("keeps every float through base64 and back", () => {
    const float = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(float, { minLength: 1 }), (vector) => {
        const asked = read(begin({ input: "a", encoding_format: "base64" }), answerOf([{ ...ELEMENT, embedding: vector }])).client;
        const back = read(begin({ input: "a" }), asked).client;
        const numbers = (JSON.parse(back) as { data: { embedding: number[] }[] }).data[0]?.embedding;
        expect(numbers?.map((one) => Math.fround(one) + 0)).toEqual(vector.map((one) => Math.fround(one) + 0));
      }),
    );
  });

  test.each([
    ['{"data":[{"embedding":[1],"embedding":"AAAAQA==","index":0}]}', "base64", "AAAAQA=="],
    ['{"data":[{"embedding":"AAAAQA==","embedding":[1],"index":0}]}', "base64", "AACAPw=="],
    ['{"data":[{"embedding":"AAAAQA==","embedding":[1],"index":0}]}', "float", [1]],
    ['{"data":[{"embedding":[1],"embedding":"AAAAQA==","index":7,"index":0}]}', "float", [2]],
  ])("with a name given twice says what a reader of JSON takes it for: %s as %s", (text, encoding_format, expected) => {
    const { client } = read(begin({ input: "a", encoding_format }), text);
    expect((JSON.parse(client) as { data: unknown }).data).toMatchObject([{ index: 0, embedding: expected }]);
  });

  test.each([
    '{"data":[{"embedding":[1]}],"data":[]}',
    '{"data":[],"data":[{"embedding":[1]}]}',
    '{"data":[{"embedding":[1]}],"data":null}',
  ])("with two lists cannot be used: %s", (text) => {
    expect(read(begin({ input: "a" }), text).answer).toEqual({ ok: false, reason: "holds 'data' more than once" });
  });

  test("without indexes is taken in the order in which it comes", () => {
    const data = [{ embedding: [1] }, { embedding: [2] }];
    const text = answerOf(data);
    expect(read(begin({ input: ["a", "b"] }), text).client).toBe(text);
    const client = joined(begin({ input: ["a", "b", "c"] }, { maxInputs: 2 }), (body) =>
      answerOf((JSON.parse(body) as { input: string[] }).input.map((one) => ({ embedding: [one.charCodeAt(0)] }))),
    );
    expect((JSON.parse(client) as { data: unknown }).data).toEqual([
      { index: 0, embedding: [97] },
      { index: 1, embedding: [98] },
      { index: 2, embedding: [99] },
    ]);
  });

  test("that is large is read in short steps, with the same result", () => {
    const vectors = 40;
    const data = Array.from({ length: vectors }, (_, index) => ({ index, embedding: Array.from({ length: 3000 }, (__, at) => at / 7) }));
    const body = Buffer.from(answerOf(data));
    for (const encoding_format of ["float", "base64"]) {
      const conversion = begin({ input: new Array(vectors).fill("a"), encoding_format });
      const reading = conversion.readLargeAnswer(body);
      let steps = 0;
      while (!reading.step()) steps++;
      expect(steps).toBeGreaterThan(body.length / (128 * 1024));
      expect(reading.result()).toEqual(conversion.readAnswer(body));
    }
  });
});

describe("answers that are joined", () => {
  const parts = (usages: readonly (object | undefined)[]): unknown => {
    let at = 0;
    const client = joined(begin({ input: usages.map(() => "a") }, { maxInputs: 1 }), () =>
      answerOf([ELEMENT], { usage: usages[at++], model: `m-${at}` }),
    );
    return JSON.parse(client);
  };

  test("name the first one's model, and the sum of their usage", () => {
    const answer = parts([
      { prompt_tokens: 1, total_tokens: 1, prompt_tokens_details: null },
      { prompt_tokens: 2, total_tokens: 3 },
    ]);
    expect(answer).toEqual({
      object: "list",
      data: [ELEMENT, { ...ELEMENT, index: 1 }],
      model: "m-1",
      usage: { prompt_tokens: 3, total_tokens: 4 },
    });
  });

  test("tell no usage if one of them does not", () => {
    expect(parts([{ prompt_tokens: 1, total_tokens: 1 }, undefined])).toMatchObject({ usage: null });
    expect(parts([undefined, { prompt_tokens: 1, total_tokens: 1 }])).not.toHaveProperty("usage");
  });

  test("count together against the largest answer", () => {
    const text = answerOf([ELEMENT]);
    const call = (maxBytes: number): string => joined(begin({ input: ["a", "b"] }, { maxInputs: 1 }, { maxBytes }), () => text);
    expect(() => call(2 * text.length - 1)).toThrow("extensions.max_response_size");
    expect(call(2 * text.length)).toContain('"index":1');
  });

  test("convert what came otherwise than asked for", () => {
    let at = 0;
    const client = joined(begin({ input: ["a", "b"], encoding_format: "base64" }, { maxInputs: 1 }), () =>
      answerOf([{ ...ELEMENT, embedding: at++ === 0 ? [1] : packed([2]) }]),
    );
    expect((JSON.parse(client) as { data: { embedding: unknown }[] }).data.map(({ embedding }) => embedding)).toEqual([
      packed([1]),
      packed([2]),
    ]);
  });
});

test.each([
  [400, '{"error":{"code":"context_length_exceeded"}}', "context_length"],
  [500, "oops", undefined],
])("an error of status %s goes on as it came", (status, body, refusal) => {
  expect(begin({ input: "a" }).readError(status, Buffer.from(body))).toEqual({ refusal, written: undefined });
});

test.each([
  [200, "application/json"],
  [200, "text/event-stream"],
  [500, undefined],
])("an answer of status %s and type %s is read whole", (status, type) => {
  expect(begin({ input: "a" }).carriage(status, type)).toBe("whole");
});
