import type { Finding, Rule } from "./rule";
import { finding } from "./rule";
import type { Tree } from "./tree";

const ADA = "text-embedding-ada-002";
const ADA_DIMENSIONS = 1536;
const REALTIME = "realtime/v1/realtime";

const uses = (tree: Tree, algorithm: string): boolean => tree.root.at("balancer", "algorithm").is(algorithm);

function semantic(tree: Tree): Finding[] {
  if (!uses(tree, "semantic")) return [];
  const embeddings = tree.root.at("embeddings");
  const vectordb = tree.root.at("vectordb");
  return [
    ...(embeddings.given
      ? []
      : [finding(embeddings, "must be given with the algorithm semantic: the model that turns prompts into vectors.")]),
    ...(vectordb.given ? [] : [finding(vectordb, "must be given with the algorithm semantic: the store of the targets' vectors.")]),
    ...tree.targets
      .map((target) => target.at("description"))
      .filter((description) => !description.given)
      .map((description) => finding(description, 'must be given with the algorithm semantic: what the target is good at, or "CATCHALL".')),
  ];
}

function usage(tree: Tree): Finding[] {
  if (!uses(tree, "lowest-usage")) return [];
  const byCost = tree.root.at("balancer", "tokens_count_strategy").is("cost");
  return tree.targets.flatMap((target) => {
    const statistics = target.at("logging", "log_statistics");
    const silent = !statistics.deferred && !statistics.is(true);
    return [
      ...(byCost ? ["input_cost", "output_cost"] : [])
        .map((name) => target.at("model", "options", name))
        .filter((price) => !price.given)
        .map((price) => finding(price, "must be given with tokens_count_strategy cost: the price per 1,000,000 tokens.")),
      ...(silent
        ? [
            finding(
              statistics,
              "should be true with the algorithm lowest-usage: Kong counts usage only with statistics. This gateway counts it in any case.",
              "warning",
            ),
          ]
        : []),
    ];
  });
}

function ada(tree: Tree): Finding[] {
  const dimensions = tree.root.at("vectordb", "dimensions");
  const wrongLength =
    tree.root.at("embeddings", "model", "name").is(ADA) && dimensions.given && !dimensions.deferred && !dimensions.is(ADA_DIMENSIONS);
  return [
    ...(wrongLength ? [finding(dimensions, `must be ${ADA_DIMENSIONS} with the model ${ADA}, but ${dimensions.shown} was given.`)] : []),
    ...tree.targets
      .filter((target) => target.at("model", "name").is(ADA))
      .map((target) => target.at("model", "options", "embeddings_dimensions"))
      .filter((option) => option.given)
      .map((option) =>
        finding(option, `must not be given with the model ${ADA}, whose vectors always have ${ADA_DIMENSIONS} dimensions. Remove it.`),
      ),
  ];
}

const EMBEDDINGS = "llm/v1/embeddings";

/** Other route types have no such parameter; the model's own embeddings are a place of their own. */
function unusedDimensions(tree: Tree): Finding[] {
  return tree.callees
    .filter((target) => target.at("route_type").given && !target.at("route_type").deferred && !target.at("route_type").is(EMBEDDINGS))
    .map((target) => target.at("model", "options", "embeddings_dimensions"))
    .filter((option) => option.given)
    .map((option) => finding(option, `has no effect: only the route type ${EMBEDDINGS} has vectors.`));
}

/** Rules about balancing, semantic routing and realtime. */
export const ROUTING_RULES: readonly Rule[] = [
  {
    id: 12,
    text: "The algorithm `semantic` needs `embeddings`, `vectordb` and a `description` at each target.",
    severity: "error",
    check: semantic,
  },
  {
    id: 13,
    text: "The algorithm `lowest-usage` with `tokens_count_strategy` `cost` needs `input_cost` and `output_cost` at each target; without `log_statistics` it is a warning.",
    severity: "error",
    check: usage,
  },
  {
    id: 14,
    text: "`realtime/v1/realtime` needs the protocol `ws` or `wss` at Service and Route; the gateway serves it without.",
    severity: "warning",
    check: ({ protocols, targets }) => {
      if (protocols === undefined || protocols.includes("ws") || protocols.includes("wss")) return [];
      return targets
        .map((target) => target.at("route_type"))
        .filter((routeType) => routeType.is(REALTIME))
        .map((routeType) =>
          finding(
            routeType,
            `${REALTIME} should be on a Service and a Route with the protocol "ws" or "wss", but their protocols are ${protocols.map((protocol) => `"${protocol}"`).join(", ")}. Add it.`,
          ),
        );
    },
  },
  {
    id: 17,
    text: "With the embedding model `text-embedding-ada-002`, `vectordb.dimensions` is 1536 and no `embeddings_dimensions` is given.",
    severity: "error",
    check: ada,
  },
  {
    id: 42,
    text: "A target's `embeddings_dimensions` has an effect with the route type `llm/v1/embeddings` alone.",
    severity: "warning",
    check: unusedDimensions,
  },
];
