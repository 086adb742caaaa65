/** What the criteria of a Route must look like: paths, hosts, headers. Source: Kong "Route" entity. */
import { complainAboutExpression } from "../expressions";
import type { Path } from "../problem";
import type { LoadContext } from "./context";
import { isRecord, listOf, show, text, type Field } from "./fields";

const PLAIN_PATH = /^(?:[A-Za-z0-9._~/\-:@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const HOST = /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?(?:\.\*)?(?::\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](?::\d{1,5})?$/;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** A plain prefix (`/chat`) or a regular expression (`~/chat/(?<model>[^/]+)$`). */
export const pathField: Field<string> = text((path) => {
  if (path.startsWith("~")) return complain(path.slice(1));
  if (!path.startsWith("/")) return 'must begin with "/", or with "~" for a regular expression';
  if (!PLAIN_PATH.test(path)) {
    return 'must consist of characters that a URL path may have, others as %XX; put "~" before it if it is a regular expression';
  }
  return path.includes("//") ? 'must not have an empty segment ("//")' : undefined;
});

/** A host name, with `*.` at its beginning or `.*` at its end as a wildcard, and with a port if any. */
export const hostField: Field<string> = text((host) =>
  HOST.test(host) && !(host.startsWith("*.") && /\.\*(?::\d+)?$/.test(host))
    ? undefined
    : 'must be a host name, with at most one wildcard ("*.example.com" or "example.*") and optionally a port',
);

const complain = (expression: string): string | undefined =>
  expression === "" ? "must have a regular expression after the ~" : complainAboutExpression(expression);

const headerValues = listOf(text(), 1);

/** Header criteria with their names in lower case; each a list of accepted values, or one that begins with `~*` and is a regular expression. */
export function readHeaderCriteria(value: unknown, path: Path, context: LoadContext): Record<string, readonly string[]> | undefined {
  if (!isRecord(value)) {
    context.error(path, `must be a map of header names to lists of values, but ${show(value)} was given.`);
    return undefined;
  }
  const criteria: Record<string, readonly string[]> = {};
  for (const [name, raw] of Object.entries(value)) {
    if (context.isDeferred(name)) continue;
    const at = [...path, name];
    const key = name.toLowerCase();
    if (!HEADER_NAME.test(name)) context.error(at, "The name of a header must consist of letters, digits and -.");
    else if (key === "host") context.error(at, "The Host header is matched by hosts: use that field.");
    else if (Object.hasOwn(criteria, key))
      context.error(at, `The header "${key}" occurs twice; upper and lower case do not differ: write one list of values.`);
    else {
      const values = headerValues(raw, at, context) ?? [];
      criteria[key] = values;
      const [only] = values;
      const complaint = values.length === 1 && only?.startsWith("~*") === true ? complain(only.slice(2)) : undefined;
      if (complaint !== undefined) context.error([...at, 0], `${complaint}.`);
    }
  }
  return criteria;
}
