import type { Finding, Rule } from "./rule";
import { finding } from "./rule";
import type { Tree } from "./tree";

/** Formats that only their own provider understands; `anthropic` is converted for the others. */
const OWN_PROVIDER_ONLY = ["bedrock", "cohere", "gemini", "huggingface"] as const;

/** Route types on which the gateway converts the anthropic format for other providers. */
const CONVERTED = "llm/v1/chat";

function anthropicFormat(tree: Tree): Finding[] {
  return tree.targets
    .filter((target) => {
      const provider = target.at("model", "provider");
      return provider.given && !provider.deferred && !provider.is("anthropic");
    })
    .map((target) => target.at("route_type"))
    .filter((routeType) => routeType.given && !routeType.deferred && !routeType.is(CONVERTED))
    .map((routeType) =>
      finding(
        routeType,
        `should be ${CONVERTED} with llm_format anthropic and a provider other than anthropic, but ${routeType.shown} was given. Only chat is converted.`,
        "warning",
      ),
    );
}

/** Rules about the wire format that clients speak. */
export const FORMAT_RULES: readonly Rule[] = [
  {
    id: 11,
    text: "`llm_format` `bedrock`, `cohere`, `gemini` and `huggingface` need targets of that provider; `anthropic` takes every chat provider and converts.",
    severity: "error",
    check: (tree) => {
      const format = tree.root.at("llm_format");
      if (format.is("anthropic")) return anthropicFormat(tree);
      if (!format.is(...OWN_PROVIDER_ONLY)) return [];
      return tree.targets
        .map((target) => target.at("model", "provider"))
        .filter((provider) => provider.given && !provider.deferred && !provider.is(format.value))
        .map((provider) =>
          finding(
            provider,
            `must be ${String(format.value)} with llm_format ${String(format.value)}, but ${provider.shown} was given. Only llm_format openai and anthropic are converted.`,
          ),
        );
    },
  },
];
