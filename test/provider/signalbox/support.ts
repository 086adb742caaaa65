import {
  createProviderServer,
  decodeMsgpack,
  encodeMsgpack,
  normalizeValue,
  t,
  type CtyType,
  type CtyValue,
  UNKNOWN,
  isUnknown,
} from "../../../provider/framework";
import type { AttributePathMessage, DiagnosticMessage } from "../../../provider/framework";
import { signalboxProvider } from "../../../provider/provider";
import { toDynamic, toPlain } from "../../../provider/configuration/plain";
import { typeOf } from "../../../provider/schema/attributes";
import { configurationSchema } from "../../../provider/schema/configuration";

export const CONFIGURATION = "signalbox_configuration";
export const type = typeOf(configurationSchema.attributes);

/** What core does with an object in an attribute's place: members that were left out become null. */
export function complete(value: unknown, of: CtyType): unknown {
  if (value === undefined || value === null) return null;
  if (isUnknown(value)) return UNKNOWN;
  if (of.kind === "list" && Array.isArray(value)) return value.map((element) => complete(element, of.element));
  if (of.kind === "map") return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, complete(member, of.element)]));
  if (of.kind !== "object") return value;
  const record = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(of.attributes).map(([name, member]) => [name, complete(record[name], member)]));
}

/** A diagnostic as tests compare it. */
export interface Said {
  readonly severity: "error" | "warning";
  readonly path: string;
  readonly detail: string;
}

function pathText(path: AttributePathMessage | undefined): string {
  return (path?.steps ?? [])
    .map((step) => {
      if ("attributeName" in step) return `.${step.attributeName}`;
      return "elementKeyInt" in step ? `[${step.elementKeyInt}]` : `[${JSON.stringify(step.elementKeyString)}]`;
    })
    .join("")
    .replace(/^\./, "");
}

function said(diagnostics: readonly DiagnosticMessage[] | undefined): readonly Said[] {
  return (diagnostics ?? []).map(({ severity, attribute, detail }) => ({
    severity: severity === 1 ? "error" : "warning",
    path: pathText(attribute),
    detail,
  }));
}

export const server = createProviderServer(signalboxProvider);

function message(config: unknown) {
  return { typeName: CONFIGURATION, config: { msgpack: encodeMsgpack(type, normalizeValue(type, complete(config, type))) } };
}

/** ValidateDataResourceConfig. */
export async function validateConfig(config: unknown): Promise<readonly Said[]> {
  return said((await server.validateDataResourceConfig(message(config))).diagnostics);
}

/** Rendered attributes of the data source. */
export interface State {
  readonly json: string;
  readonly yaml: string;
  readonly sha256: string;
}

/** ReadDataSource. */
export async function read(config: unknown): Promise<{ readonly said: readonly Said[]; readonly state?: State; readonly given?: unknown }> {
  await server.configureProvider({ config: { msgpack: encodeMsgpack(t.object({}), {}) } });
  const { state, diagnostics } = await server.readDataSource(message(config));
  if (state?.msgpack === undefined) return { said: said(diagnostics) };
  const value = toPlain(decodeMsgpack(type, state.msgpack)) as State;
  return { said: said(diagnostics), state: value };
}

/** The document that a configuration is rendered to. @throws Error with its problems */
export async function rendered(config: unknown): Promise<unknown> {
  const { state, said: problems } = await read(config);
  if (state === undefined) throw new Error(JSON.stringify(problems));
  return JSON.parse(state.json) as unknown;
}

/** CallFunction. @throws Error with the function's error */
export async function call(name: string, parameter: CtyType, argument: unknown, returns: CtyType): Promise<unknown> {
  const value = parameter.kind === "dynamic" ? toDynamic(argument) : (argument as CtyValue);
  const { result, error } = await server.callFunction({ name, arguments: [{ msgpack: encodeMsgpack(parameter, value) }] });
  if (error !== undefined) throw new Error(error.text);
  return toPlain(decodeMsgpack(returns, result?.msgpack ?? new Uint8Array()));
}

/** `provider::signalbox::from_kong`. */
export const fromKong = (yaml: string) => call("from_kong", t.string, yaml, t.dynamic) as Promise<Readonly<Record<string, unknown>>>;

/** `provider::signalbox::validate`. */
export const validate = (config: unknown) =>
  call("validate", t.dynamic, config, t.list(t.object({ path: t.string, message: t.string }))) as Promise<
    readonly { readonly path: string; readonly message: string }[]
  >;

/** A configuration without a mistake, of one route and one target. */
export const GOOD = {
  ai_proxy_advanced: [
    {
      route: { name: "chat", paths: ["/chat"] },
      targets: [
        {
          route_type: "llm/v1/chat",
          model: { provider: "openai", name: "gpt-4o" },
          auth: { header_name: "Authorization", header_value: "Bearer {vault://file/openai.key}" },
        },
      ],
    },
  ],
};

/** {@link GOOD} with its target changed. */
export function withTarget(change: Readonly<Record<string, unknown>>, plugin: Readonly<Record<string, unknown>> = {}) {
  const [element] = GOOD.ai_proxy_advanced;
  return { ai_proxy_advanced: [{ ...element, ...plugin, targets: [{ ...element!.targets[0], ...change }] }] };
}

/** {@link GOOD} with its route changed. */
export function withRoute(change: Readonly<Record<string, unknown>>) {
  const [element] = GOOD.ai_proxy_advanced;
  return { ai_proxy_advanced: [{ ...element, route: { ...element!.route, ...change } }] };
}
