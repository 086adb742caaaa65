import { LLAMA2_FORMATS, MISTRAL_FORMATS, PROVIDERS, ROUTE_TYPES } from "../../../config/schema/vocabulary";
import { meets, servedRow } from "../../../config/served-matrix";
import { unserved } from "../../../config/served";
import type { TargetConfig } from "../../../config/types.generated";
import { PassThrough } from "../../../runtime/codecs/pass-through";
import { providers } from "../../../runtime/providers";
import { surfaces } from "../../../runtime/surfaces";

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

test.each([undefined, null, 3, "x", [], { mistral_format: 3 }, { upstream_url: ["/v1/chat/completions"] }])(
  "options may be anything: %j",
  (options) => {
    for (const provider of ["mistral", "ollama"]) expect(meets(servedRow(provider, "llm/v1/chat")?.when, options)).toBe(false);
  },
);
