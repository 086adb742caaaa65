import { given } from "../../config/given";
import { LoadContext } from "../../config/declarative/context";
import { routeFields } from "../../config/declarative/entity-fields";
import { readFields } from "../../config/declarative/fields";
import { readHeaderCriteria } from "../../config/declarative/route-criteria";
import type { Path, Problem } from "../../config/problem";
import { isUnknown } from "../framework";
import { ROUTE_FIELDS } from "../schema/route";
import { isRecord } from "./plain";

/** A context in which nothing is looked up: a text with references says nothing about itself, so its checks are left out. */
export class UnresolvedContext extends LoadContext {
  constructor() {
    super({
      read: () => {
        throw new Error("No reference is looked up here.");
      },
    });
  }

  override resolve(): undefined {
    return undefined;
  }
}

const FIELDS = Object.fromEntries(Object.entries(routeFields).filter(([name]) => ROUTE_FIELDS.includes(name)));
const CRITERIA = ["paths", "methods", "hosts", "headers"] as const;

function isKnown(value: unknown): boolean {
  if (isUnknown(value)) return false;
  if (Array.isArray(value)) return value.every(isKnown);
  return !isRecord(value) || Object.values(value).every(isKnown);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "object" && isKnown(value) && Object.keys(value).length === 0);
}

/** What is wrong with a route; fields that are not wholly known are passed over. */
export function routeProblems(route: unknown, path: Path): readonly Problem[] {
  const context = new UnresolvedContext();
  if (isUnknown(route)) return [];
  if (!isRecord(route)) {
    context.error(path, `must be an object with name and paths, for example, but ${given(route)} was given.`);
    return context.problems;
  }
  const known = Object.fromEntries(Object.entries(route).filter(([, value]) => isKnown(value)));
  const { headers } = known;
  readFields(known, path, FIELDS, context);
  if (isRecord(headers)) readHeaderCriteria(headers, [...path, "headers"], context);
  if (route["name"] === undefined || route["name"] === null) context.error([...path, "name"], "must be given: a name of the route.");
  if (CRITERIA.every((name) => isEmpty(route[name]))) {
    context.error(path, 'must set one of paths, methods, hosts and headers, but none was given. Set paths = ["/chat"], for example.');
  }
  return context.problems;
}

/** Protocols of a route, where they are known. */
export function protocolsOf(route: unknown): readonly string[] | undefined {
  if (!isRecord(route)) return undefined;
  const { protocols = ["http", "https"] } = route;
  if (!Array.isArray(protocols) || !isKnown(protocols)) return undefined;
  return protocols.filter((protocol) => typeof protocol === "string");
}
