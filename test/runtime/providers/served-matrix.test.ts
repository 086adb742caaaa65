import { LLAMA2_FORMATS, MISTRAL_FORMATS, PROVIDERS, ROUTE_TYPES } from "../../../config/schema/vocabulary";
import { meets, servedRow } from "../../../config/served-matrix";
import { normalizeAiConfig } from "../../../config/normalize";
import { unserved } from "../../../config/served";
import type { AiProxyAdvancedConfig, TargetConfig } from "../../../config/types.generated";
import { validatePlugin } from "../../../config/validate";
import { PassThrough } from "../../../runtime/codecs/pass-through";
import { providers } from "../../../runtime/providers";
import { surfaces } from "../../../runtime/surfaces";
import { fc } from "../../support/properties";

/** How the gateway's tables serve a combination; undefined if they do not. */
function implemented(provider: string, routeType: string, options: object): string | undefined {
  const surface = [...surfaces.values()].find((one) => one.routeType === routeType);
  const served = [...providers.values()].find(({ name }) => name === provider);
  const service = surface && served?.serve(surface, { model: { provider, options } } as TargetConfig);
  if (service === undefined) return undefined;
  if (service.codec instanceof PassThrough) return "passed through";
  return service.codec.translates ? "translated" : "same dialect";
}

/** Own settings on which it may depend whether a target is served. */
const SETTINGS: readonly object[] = [
  {},
  ...MISTRAL_FORMATS.map((mistral_format) => ({ mistral_format })),
  ...LLAMA2_FORMATS.map((llama2_format) => ({ llama2_format, upstream_url: "http://h/v1/chat/completions" })),
  ...["2024-10-21", "v1", "preview"].map((azure_api_version) => ({ azure_api_version })),
  ...[
    "http://h:11434",
    "http://h:11434/",
    "http://h:11434/api/chat",
    "http://h:11434/v1/chat/completions",
    "http://h:11434/x/v1/chat/completions?a=/api/chat",
    "http://h:11434/api/chat?a=/v1/chat/completions",
    "http://h:11434/api/chat#/v1/chat/completions",
    "http://$(headers.h):11434/v1/chat/completions",
    "http://h:11434/v1/completions",
    "http://h/$(headers.path)",
  ].map((upstream_url) => ({ upstream_url })),
];

test.each(PROVIDERS.flatMap((provider) => ROUTE_TYPES.map((routeType) => [provider, routeType] as const)))(
  "of %s and %s the matrix, the check and the tables say the same, whatever the target's settings",
  (provider, routeType) => {
    const row = servedRow(provider, routeType);
    for (const options of SETTINGS) {
      const form = implemented(provider, routeType, options);
      expect([options, row !== undefined && meets(row.when, options) ? row.form : undefined]).toEqual([options, form]);
      const gaps = unserved("ai-proxy-advanced", { targets: [{ route_type: routeType, model: { provider, options } }] });
      expect([options, gaps.length === 0]).toEqual([options, form !== undefined]);
    }
  },
);

test("whatever is set beside one another, matrix, check and tables agree, on what is written and on what is completed", () => {
  const ends = fc.constantFrom("", "/", "/v1/chat/completions", "/v1/embeddings", "/v1/embeddings/", "/api/chat", "/$(headers.p)");
  const url = fc
    .tuple(fc.constantFrom("http://h", "https://h:1/x", "http://$(headers.h)", "h", ""), ends, fc.constantFrom("", "?a=", "#"), ends)
    .map((parts) => parts.join(""));
  const options = fc.record(
    {
      mistral_format: fc.constantFrom(null, ...MISTRAL_FORMATS),
      llama2_format: fc.constantFrom(null, ...LLAMA2_FORMATS),
      upstream_url: fc.oneof(url, fc.constant(null)),
      azure_api_version: fc.constantFrom("v1", "preview", "2024-10-21", "$(headers.v)"),
      embeddings_dimensions: fc.integer({ min: 1 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.constantFrom(...PROVIDERS), fc.constantFrom(...ROUTE_TYPES), options, (provider, routeType, given) => {
      const target = { route_type: routeType, model: { provider, options: given } };
      const form = implemented(provider, routeType, given);
      expect(unserved("ai-proxy-advanced", { targets: [target] }).length === 0).toBe(form !== undefined);
      const { config } = validatePlugin("ai-proxy-advanced", { targets: [target] });
      if (config === undefined) return;
      const [completed] = (normalizeAiConfig("ai-proxy-advanced", config) as AiProxyAdvancedConfig).targets;
      expect(implemented(provider, routeType, completed?.model.options ?? {})).toBe(form);
      expect(unserved("ai-proxy-advanced", config, { defaultsApplied: true }).length === 0).toBe(form !== undefined);
    }),
  );
});

test.each([undefined, null, 3, "x", [], { mistral_format: 3 }, { upstream_url: ["/v1/chat/completions"] }])(
  "options may be anything: %j",
  (options) => {
    for (const provider of ["mistral", "ollama"]) expect(meets(servedRow(provider, "llm/v1/chat")?.when, options)).toBe(false);
  },
);
