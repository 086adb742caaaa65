import { nameField } from "../../config/declarative/entity-fields";
import { kongDocument } from "../../config/document";
import { missingOperations } from "../../config/operations";
import { formatPath, hasErrors, type Path, type Problem } from "../../config/problem";
import { hasReference } from "../../config/references";
import { unserved } from "../../config/served";
import { comparePaths, validatePlugin } from "../../config/validate";
import { isUnknown } from "../framework";
import { DEFAULT_SERVICE_NAME } from "../schema/configuration";
import { readElements, type Element } from "./elements";
import { isRecord, type PlainRecord } from "./plain";
import { protocolsOf, routeProblems, UnresolvedContext } from "./route";
import { textProblems } from "./texts";

/** What a configuration comes down to. */
export interface Checked {
  /** All problems, sorted by path; paths begin at the configuration: `ai_proxy_advanced[0].targets[1].weight`. */
  readonly problems: readonly Problem[];
  /** Kong's declarative document, only where no problem is an error. */
  readonly document?: Readonly<Record<string, unknown>>;
}

/** Values that are known later, by Terraform or by the gateway. */
function isDeferred(value: unknown): boolean {
  return isUnknown(value) || (typeof value === "string" && hasReference(value));
}

/** Finds every problem of a configuration at once. Never throws, whatever the tree; resolves nothing and adds no default. */
export function checkConfiguration(root: unknown): Checked {
  const { elements, problems: outer } = readElements(root);
  const problems = [...outer, ...nameProblems(root), ...elements.flatMap(elementProblems), ...repeatedNames(elements)];
  problems.sort((left, right) => comparePaths(left.path, right.path));
  if (hasErrors(problems) || !isRecord(root)) return { problems };
  const { name = DEFAULT_SERVICE_NAME } = root;
  return { problems, document: kongDocument(String(name), elements.map(renderRoute)) };
}

function nameProblems(root: unknown): readonly Problem[] {
  const name = isRecord(root) ? root["name"] : undefined;
  if (name === undefined || name === null || isDeferred(name)) return [];
  const context = new UnresolvedContext();
  nameField(name, ["name"], context);
  return context.problems;
}

/** Each place is reported once: what was found out about a text goes before what its field says about it. */
function elementProblems(element: Element): readonly Problem[] {
  const { plugin, path, route, config } = element;
  const texts = textProblems(element);
  const taken = new Set(texts.map((problem) => formatPath(problem.path)));
  const protocols = protocolsOf(route);
  const { problems } = validatePlugin(plugin, config, { path, isDeferred, ...(protocols && { protocols }) });
  const below = (problem: Problem): Problem => ({ ...problem, path: [...path, ...problem.path] });
  const others = [...routeProblems(route, [...path, "route"]), ...problems, ...missingOperations(plugin, config).map(below)];
  const found = [...texts, ...others.filter((problem) => !taken.has(formatPath(problem.path)))];
  const wrong = new Set(found.filter(({ severity }) => severity === "error").map((problem) => formatPath(problem.path)));
  return [...found, ...gaps(element).filter((gap) => !wrong.has(formatPath(gap.path)))];
}

/** What is valid but not served by this version yet has to be said. */
function gaps({ plugin, path, config }: Element): readonly Problem[] {
  return unserved(plugin, config, { isKnown: (value) => !isDeferred(value) }).map(({ path: at, what, kind }) => {
    const effect = kind === "route" ? "The route will answer 501 and name it." : "It has no effect.";
    return { severity: "warning", path: [...path, ...at], message: `${what} is not served by this version yet. ${effect}` };
  });
}

function repeatedNames(elements: readonly Element[]): readonly Problem[] {
  const places = new Map<string, Path>();
  return elements.flatMap(({ path, route }): readonly Problem[] => {
    const name = isRecord(route) ? route["name"] : undefined;
    if (typeof name !== "string" || isDeferred(name)) return [];
    const other = places.get(name);
    if (other === undefined) {
      places.set(name, path);
      return [];
    }
    const message = `must be unique, but ${JSON.stringify(name)} is the name of ${formatPath(other)} too. Give each route its own name.`;
    return [{ severity: "error", path: [...path, "route", "name"], message }];
  });
}

function renderRoute({ plugin, route, config }: Element): PlainRecord {
  return { ...(isRecord(route) ? route : {}), plugins: [{ name: plugin, config }] };
}
