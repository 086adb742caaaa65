/** Kong documents of the plans that the tests read. */

type Tree = Readonly<Record<string, unknown>>;

const auth = { header_name: "Authorization", header_value: "Bearer {vault://file/openai.key}" };

/** A target of OpenAI; `more` wins. */
export function target(name: string, weight: number, more: Tree = {}, options: Tree = {}, model: Tree = {}): Tree {
  return {
    route_type: "llm/v1/chat",
    model: { provider: "openai", name, ...(Object.keys(options).length === 0 ? {} : { options }), ...model },
    auth,
    logging: { log_statistics: true },
    weight,
    ...more,
  };
}

/** A route with `ai-proxy-advanced` on it. */
export function route(name: string, targets: readonly Tree[], config: Tree = {}, criteria: Tree = { paths: [`/${name}`] }): Tree {
  return { name, ...criteria, plugins: [{ name: "ai-proxy-advanced", config: { targets, ...config } }] };
}

/** A document as the constructs write it. */
export function kong(...routes: readonly Tree[]): Tree {
  return { _format_version: "3.0", services: [{ name: "gateway", url: "http://localhost:32000", routes }] };
}

/** The quickstart with another weight of its first target. */
export function quickstart(weight: number): Tree {
  return kong(
    route("chat", [
      target("gpt-4o", weight, {}, { max_tokens: 1024 }),
      target("gpt-4o-mini", 30, {}, { max_tokens: 512 }, { model_alias: "quick" }),
    ]),
  );
}
