import { keyShapes } from "../../config/key-shapes";
import { hasReference } from "../../config/references";
import { formatPath, type Path } from "../../config/problem";
import type { Unserved } from "../../config/served";
import { validatePlugin } from "../../config/validate";
import { isKilled } from "./application";
import { takeApart, type DocumentPlugin } from "./document";
import { isAiPlugin } from "./document-changes";
import type { PlannedGateway } from "./gateways";
import type { ResourceChange } from "./read-plan";
import type { Redactor } from "./redactor";
import { isSecretField, literalPieces } from "./secrets";
import { canonical, isHidden, isRecord, list, member, SENSITIVE, text } from "./values";

/** Tells what of a plugin's configuration this version does not serve; the shape of `unserved` in `config/served`. */
export type UnservedOf = (
  plugin: "ai-proxy" | "ai-proxy-advanced",
  config: unknown,
  options: { readonly isKnown: (value: unknown) => boolean },
) => readonly Unserved[];

const isDeferred = (value: unknown): boolean => isHidden(value) || (typeof value === "string" && hasReference(value));

/** What a reviewer should know of a gateway's configuration: what will not be served, what would be refused, what lies open. */
export function configurationWarnings({ before, after }: PlannedGateway, unservedOf: UnservedOf, redactor: Redactor): readonly string[] {
  const [old, now] = [takeApart(before), takeApart(after)];
  const known = new Set(old.plugins.map((plugin) => canonical([plugin.scope, plugin.name, plugin.config])));
  const warnings: string[] = [];
  const routes = new Set(now.routes.map(({ name }) => name));
  // a gateway that goes as a whole says so itself
  const gone =
    after === undefined || now.gaps.routes !== undefined
      ? []
      : new Set(old.routes.map(({ name }) => name).filter((name) => !routes.has(name)));
  for (const name of gone)
    warnings.push(`Route ${redactor.show(name, 60)} is removed: its clients get 404 unless another route takes their requests.`);
  for (const plugin of now.plugins.filter(isAiPlugin)) {
    const place = `Route ${redactor.show(plugin.scope, 60)}: `;
    // what is wrong with secrets is told every time, the rest only where the change brought it
    for (const path of openSecrets(plugin.config)) {
      warnings.push(
        `${place}${redactor.show(formatPath(path))} holds a secret in clear, which then stands in plan and state. Give a reference: {vault://file/…}.`,
      );
    }
    if (known.has(canonical([plugin.scope, plugin.name, plugin.config])) || plugin.enabled === false) continue;
    for (const what of newlyUnserved(plugin, old.plugins, unservedOf)) warnings.push(place + what(redactor));
    for (const problem of refusals(plugin))
      warnings.push(`${place}${redactor.show(problem, 300)} The gateway would refuse the file and go on with the one it has.`);
  }
  return warnings;
}

function newlyUnserved(
  plugin: DocumentPlugin,
  old: readonly DocumentPlugin[],
  unservedOf: UnservedOf,
): readonly ((redactor: Redactor) => string)[] {
  const find = (config: unknown): readonly Unserved[] =>
    unservedOf("ai-proxy-advanced", config, { isKnown: (value) => !isDeferred(value) });
  const earlier = old.filter(({ scope }) => scope === plugin.scope).flatMap(({ config }) => find(config));
  const told = new Set(earlier.map(({ what, kind }) => `${kind} ${what}`));
  return find(plugin.config).flatMap(({ what, kind }) => {
    if (told.has(`${kind} ${what}`)) return [];
    told.add(`${kind} ${what}`);
    return (redactor: Redactor) =>
      kind === "route"
        ? `${redactor.show(what)} is not served by this version; requests are answered with 501.`
        : `${redactor.show(what)} has no effect in this version.`;
  });
}

function refusals({ name, config }: DocumentPlugin): readonly string[] {
  const { problems } = validatePlugin("ai-proxy-advanced", config, { isDeferred, isHidden: () => true });
  const ofAdvanced = (path: Path): boolean => name === "ai-proxy-advanced" || path[0] === "targets";
  return problems
    .filter(({ severity, path }) => severity === "error" && ofAdvanced(path))
    .map(({ path, message }) => [formatPath(path), message].filter((part) => part !== "").join(" "));
}

/** Paths of texts that are credentials, by their field or by their look. */
function openSecrets(config: unknown, path: Path = []): readonly Path[] {
  const value = text(config);
  if (value !== undefined) return (isSecretField(path) && literalPieces(value).length > 0) || keyShapes(value).length > 0 ? [path] : [];
  if (Array.isArray(config)) return config.flatMap((one: unknown, index) => openSecrets(one, [...path, index]));
  return isRecord(config) ? Object.entries(config).flatMap(([name, one]) => openSecrets(one, [...path, name])) : [];
}

/** What a reviewer should know of a gateway's containers. */
export function containerWarnings({ containers }: PlannedGateway, redactor: Redactor): readonly string[] {
  return containers
    .filter(({ action }) => action !== "none")
    .flatMap((container) => [...openEnvironment(container, redactor), ...sharpStop(container, redactor)]);
}

function openEnvironment({ address, after }: ResourceChange, redactor: Redactor): readonly string[] {
  const env = member(after, "env");
  const open = env === SENSITIVE || list(env).some((one) => one === SENSITIVE || (typeof one === "string" && keyShapes(one).length > 0));
  const name = redactor.show(address);
  return open
    ? [`${name}: env holds a secret, which stands in the state and in \`docker inspect\` in clear. A secret file keeps it out of both.`]
    : [];
}

function sharpStop(container: ResourceChange, redactor: Redactor): readonly string[] {
  if (!isKilled(container)) return [];
  return [
    `${redactor.show(container.address)}: destroy_grace_seconds is not set, so that the provider kills it at once and open streams are cut.`,
  ];
}
