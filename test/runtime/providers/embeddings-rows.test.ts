import type { Provider as ProviderName } from "../../../config/types.generated";
import type { Call, Conversion } from "../../../runtime/codecs/codec";
import { OPENAI_LIKE } from "../../../runtime/providers/openai-like-rows";
import { embeddingsAnswer, inputsOf, packed, vectorOf, type EmbeddingsBody } from "../../support/embeddings";
import { likeProviders } from "../../support/openai-like";
import { addressOf, callOf, optionsOf, serviceOf } from "./support";

const EMBEDDINGS = "llm/v1/embeddings";
const MIB = 1024 * 1024;

interface Row {
  readonly name: ProviderName;
  /** What makes it serve embeddings, at the shortest. */
  readonly options: object;
  readonly address: string;
  readonly inputs: number;
  /** Bytes of inputs of one call at most; undefined: as many as there are. */
  readonly bytes?: number;
  readonly dimensions: string;
  readonly base64: "asked" | "written";
  readonly tokens: "taken" | "lacked";
  readonly refuses?: readonly string[];
}

const AZURE = { azure_instance: "i", azure_deployment_id: "d" };
const LOCAL = { inputs: 2048, dimensions: "dimensions", base64: "written", tokens: "lacked" } as const;
const OPENAI = { inputs: 2048, bytes: 900_000, dimensions: "dimensions", base64: "asked", tokens: "taken" } as const;

const ROWS: readonly Row[] = [
  {
    name: "azure",
    options: AZURE,
    address: "https://i.openai.azure.com/openai/deployments/d/embeddings?api-version=2023-05-15",
    ...OPENAI,
  },
  {
    name: "dashscope",
    options: {},
    address: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/embeddings",
    inputs: 10,
    dimensions: "dimensions",
    base64: "written",
    tokens: "lacked",
    refuses: ["user"],
  },
  { name: "llama2", options: { llama2_format: "openai", upstream_url: "http://h:1/e" }, address: "http://h:1/e", ...LOCAL },
  {
    name: "mistral",
    options: { mistral_format: "openai" },
    address: "https://api.mistral.ai/v1/embeddings",
    inputs: 256,
    bytes: 49_152,
    dimensions: "output_dimension",
    base64: "written",
    tokens: "lacked",
    refuses: ["user"],
  },
  { name: "ollama", options: { upstream_url: "http://h:2/v1/embeddings" }, address: "http://h:2/v1/embeddings", ...LOCAL },
  { name: "openai", options: {}, address: "https://api.openai.com/v1/embeddings", ...OPENAI },
];

const NAMES = ROWS.map(({ name }) => name);

/** Options as the configuration gives them, with those that make the row serve. */
const optionsFor = ({ options }: Row, more: object = {}): object => ({ ...options, ...more });

function begin(row: Row, request: object, more: Partial<Call> = {}, options: object = {}): Conversion {
  const given = optionsFor(row, options);
  const call = callOf(EMBEDDINGS, JSON.stringify(request), { model: "m", options: optionsOf(given), maxBytes: 64 * MIB, ...more });
  return serviceOf(row.name, EMBEDDINGS, given).codec.begin(call);
}

const bodyOf = ({ body }: Conversion): EmbeddingsBody & Record<string, unknown> => JSON.parse(body!.toString()) as never;

/** What a row is sent in each call. */
function sentOf(row: Row, request: object): readonly EmbeddingsBody[] {
  const conversion = begin(row, request);
  const { parts } = conversion;
  if (parts === undefined) return [bodyOf(conversion)];
  return Array.from({ length: parts.count }, (_, index) => bodyOf(parts.at(index)));
}

const lackedBy = (row: Row, request: object, options: object = {}): readonly string[] => {
  const { ask, model } = callOf(EMBEDDINGS, JSON.stringify(request));
  const given = optionsOf(optionsFor(row, options));
  return serviceOf(row.name, EMBEDDINGS, optionsFor(row))
    .codec.lacks(ask, model, given)
    .map(({ field }) => field);
};

test("the table names each provider that serves embeddings in OpenAI's dialect", () => {
  expect(NAMES).toEqual(likeProviders(EMBEDDINGS));
  const rows = OPENAI_LIKE.filter(({ embeddings }) => embeddings !== undefined).map(({ name }) => name);
  expect(["azure", ...rows]).toEqual(NAMES);
});

describe.each(ROWS)("$name", (row) => {
  test("is called at its own address, and elsewhere if one is given", () => {
    expect(addressOf(row.name, EMBEDDINGS, row.options)).toBe(row.address);
    const elsewhere = addressOf(row.name, EMBEDDINGS, { ...row.options, upstream_url: "http://h:3/x/v1/embeddings" }, "a=1");
    expect(elsewhere).toBe(`http://h:3/x/v1/embeddings?a=1${row.name === "azure" ? "&api-version=2023-05-15" : ""}`);
  });

  test(`is asked for the length of vectors as ${row.dimensions}, the request's before the configured one`, () => {
    const asked = (request: object, configured?: number): unknown => {
      const { [row.dimensions]: length, ...others } = bodyOf(
        begin(row, { input: "a", ...request }, {}, { embeddings_dimensions: configured }),
      );
      expect(others).toEqual({ input: "a", model: "m" });
      return length;
    };
    expect(asked({ dimensions: 5 })).toBe(5);
    expect(asked({ dimensions: 5 }, 7)).toBe(5);
    expect(asked({}, 7)).toBe(7);
    expect(asked({})).toBeUndefined();
    expect(asked({ dimensions: null }, 7)).toBe(7);
    if (row.dimensions !== "dimensions") {
      expect(asked({ [row.dimensions]: 6 }, 7)).toBe(6);
      expect(asked({ extra_body: { [row.dimensions]: 6 } }, 7)).toBe(7);
      expect(asked({ extra_body: { [row.dimensions]: 6 } })).toBe(6);
      expect(asked({ [row.dimensions]: 6, dimensions: 5 }, 7)).toBe(5);
    }
    expect(lackedBy(row, { input: "a", dimensions: 5 }, { embeddings_dimensions: 7 })).toEqual([]);
  });

  test(`base64 is ${row.base64}, and the client has it`, () => {
    const conversion = begin(row, { input: ["a", "b"], encoding_format: "base64" });
    const sent = bodyOf(conversion);
    expect(sent.encoding_format).toBe(row.base64 === "asked" ? "base64" : "float");
    const answer = conversion.readAnswer(Buffer.from(JSON.stringify(embeddingsAnswer(sent))));
    if (!answer.ok) throw new Error(answer.reason);
    expect(answer.written !== undefined).toBe(row.base64 === "written");
    const { data } = row.base64 === "asked" ? embeddingsAnswer(sent) : (JSON.parse(answer.written!.body.toString()) as { data: unknown });
    expect(data).toMatchObject([{ embedding: packed(vectorOf("a")) }, { embedding: packed(vectorOf("b")) }]);
    expect(bodyOf(begin(row, { input: "a", encoding_format: "float" })).encoding_format).toBe("float");
    expect(bodyOf(begin(row, { input: "a" }))).not.toHaveProperty("encoding_format");
  });

  test(`gets ${row.inputs} inputs in a call, all in order`, () => {
    const input = Array.from({ length: 2 * row.inputs + 1 }, (_, index) => `t${index}`);
    const sent = sentOf(row, { input, user: "u" });
    expect(sent.map((body) => inputsOf(body).length)).toEqual([row.inputs, row.inputs, 1]);
    expect(sent.flatMap((body) => inputsOf(body))).toEqual(input);
  });

  test("gets no more bytes in a call than its tokens may have", () => {
    const text = "x".repeat(9_998);
    const input = Array.from({ length: 10 }, () => text);
    const whole = Math.min(10, Math.floor((row.bytes ?? Infinity) / 10_000));
    expect(sentOf(row, { input }).map((body) => inputsOf(body).length)).toEqual(
      whole === 10 ? [10] : [whole, whole, 10 - 2 * whole].filter((count) => count > 0),
    );
  });

  test.each([[[1, 2]], [[[1], [2, 3]]]])(`input of tokens is ${row.tokens}: %j`, (input) => {
    expect(lackedBy(row, { input })).toEqual(row.tokens === "taken" ? [] : ["input of tokens"]);
    expect(lackedBy(row, { input: ["a"] })).toEqual([]);
  });

  test("members that it refuses are left out and told, also inside of extra_body; others pass", () => {
    const refuses = row.refuses ?? [];
    const left = refuses.includes("user") ? {} : { user: "u" };
    const conversion = begin(row, { input: "a", user: "u", x: 1 });
    expect(bodyOf(conversion)).toEqual({ input: "a", x: 1, model: "m", ...left });
    expect(conversion.dropped).toEqual(refuses);
    const inside = begin(row, { input: "a", extra_body: { user: "u", x: 1, input: "other", model: "other" } });
    expect(bodyOf(inside)).toEqual({ input: "a", x: 1, model: "m", ...left });
    expect(inside.dropped).toEqual([...refuses.map((name) => `extra_body.${name}`), "extra_body.model"]);
  });

  test("each call of a split request tells of what is left out", () => {
    const { parts, dropped } = begin(row, { input: Array.from({ length: row.inputs + 1 }, () => "a"), user: "u" });
    expect([dropped, parts?.at(1).dropped]).toEqual([row.refuses ?? [], row.refuses ?? []]);
  });

  test("a request without a model has a call only if the address names one", () => {
    const call = callOf(EMBEDDINGS, '{"input":"a"}', { options: optionsOf(row.options) });
    const { codec } = serviceOf(row.name, EMBEDDINGS, row.options);
    if (row.name === "azure") expect(codec.begin(call).body?.toString()).toBe('{"input":"a"}');
    else expect(() => codec.begin(call)).toThrow("model parameter not found");
  });
});

describe("Azure", () => {
  const azure = ROWS.find(({ name }) => name === "azure")!;

  test("an alias is taken out if there is no other name, as with chats", () => {
    expect(begin(azure, { model: "alias", input: "a" }, { model: undefined }).body?.toString()).toBe('{"input":"a"}');
  });

  test.each(["v1", "preview"])("the API %s is told the deployment as model, in each call", (azure_api_version) => {
    const conversion = begin(azure, { input: Array.from({ length: 2049 }, () => "a") }, { model: "text-3" }, { azure_api_version });
    expect([bodyOf(conversion).model, bodyOf(conversion.parts!.at(1)).model]).toEqual(["d", "d"]);
    expect(addressOf("azure", EMBEDDINGS, { ...AZURE, azure_api_version })).toBe(
      `https://i.openai.azure.com/openai/v1/embeddings${azure_api_version === "v1" ? "" : "?api-version=preview"}`,
    );
  });

  test("the client's version wins", () => {
    expect(addressOf("azure", EMBEDDINGS, AZURE, "api-version=2024-10-21")).toBe(
      "https://i.openai.azure.com/openai/deployments/d/embeddings?api-version=2024-10-21",
    );
  });
});
