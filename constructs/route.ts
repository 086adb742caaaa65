import { Construct } from "constructs";
import { routeProblems } from "../config/declarative/route";
import { formatPath } from "../config/problem";
import { hasReference } from "../config/references";
import { Token } from "./cdktf";
import type { IResolvable } from "./cdktf";
import { lowerOptions, omit, plainOptions } from "./options";
import { misshape, renderTree } from "./tree";
import type { Tree } from "./tree";
import type { Secret } from "./secret";

/** Which requests a route takes; at least one of `paths`, `methods`, `hosts` and `headers`. Names and defaults are those of Kong's Route. */
export interface RouteProps {
  /** Prefixes such as `/chat`, or regular expressions that begin with `~`. @default - any path */
  readonly paths?: readonly string[];
  /** HTTP methods in capitals. @default - any method */
  readonly methods?: readonly string[];
  /** Host names; `*` may stand for the first or last label. @default - any host */
  readonly hosts?: readonly string[];
  /** Header name to accepted values; a single value that begins with `~*` is a regular expression. @default - any headers */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** Whether the matched prefix is taken off the path that the provider sees. @default true */
  readonly stripPath?: boolean | IResolvable;
  /** Whether the client's `Host` header is passed on. @default false */
  readonly preserveHost?: boolean | IResolvable;
  /** Order among regular expressions; the higher one is tried first. @default 0 */
  readonly regexPriority?: number;
  /** Protocols of the route. @default ["http", "https"] */
  readonly protocols?: readonly string[];
  /** Labels without a meaning to the gateway. @default - none */
  readonly tags?: readonly string[];
}

/** A plugin on a route. */
export interface RoutePlugin {
  /** Name of the plugin, e.g. `ai-proxy-advanced`. */
  readonly name: string;
  /** Its configuration, in which secrets are still objects. */
  readonly tree: Tree;
}

/** What a route needs of its gateway. */
export interface RouteGateway extends Construct {
  /** @internal */
  _addSecrets(tree: Tree): void;
  /** @internal */
  _reference(secret: Secret): string;
}

const ROUTE_OPTIONS = plainOptions(["paths", "methods", "hosts", "stripPath", "preserveHost", "regexPriority", "protocols", "tags"]);
const DEFAULT_PROTOCOLS: readonly string[] = ["http", "https"];

/** A way into a gateway; plugins say what happens there. Made by `gateway.route()`. */
export class Route extends Construct {
  private readonly plugins: RoutePlugin[] = [];

  /** @internal Use `gateway.route()`. */
  constructor(
    private readonly gateway: RouteGateway,
    id: string,
    private readonly props: RouteProps,
  ) {
    super(gateway, id);
    this.node.addValidation({ validate: () => this.problems() });
  }

  /** Puts a plugin on the route. A plugin can stand there once. */
  addPlugin(plugin: RoutePlugin): void {
    this.plugins.push(plugin);
    this.gateway._addSecrets(plugin.tree);
  }

  /** @internal The text that stands for a secret in this route's configuration. */
  _reference(secret: Secret): string {
    return this.gateway._reference(secret);
  }

  /** @internal Its protocols, where they are known. */
  get _protocols(): readonly string[] | undefined {
    const { protocols = DEFAULT_PROTOCOLS } = this.props;
    return Token.isUnresolved(protocols) ? undefined : protocols;
  }

  /** @internal Kong's `routes[]` record. */
  _toKong(): Record<string, unknown> {
    const rest = omit(this.props, "headers");
    const tree: Tree = {
      name: this.node.id,
      ...lowerOptions("gateway.route", ROUTE_OPTIONS, rest),
      ...this.headers(),
      plugins: this.plugins.map(({ name, tree: config }) => ({ name, config })),
    };
    return renderTree(tree, (secret) => this.gateway._reference(secret)).config;
  }

  private problems(): string[] {
    const problems: string[] = [];
    const options = lowerOptions("gateway.route", ROUTE_OPTIONS, omit(this.props, "headers"));
    const misuses = renderTree({ ...options, ...this.headers() }, () => "").problems;
    const taken = new Set(misuses.map(({ path }) => formatPath(path)));
    const others = routeProblems(this._toKong(), { isDeferred }).filter(
      ({ severity, path }) => severity === "error" && !taken.has(formatPath(path)),
    );
    for (const { path, message } of [...misuses, ...others]) problems.push(`${formatPath(path)} ${message}`.trim());
    const names = this.plugins.map(({ name }) => name);
    for (const name of new Set(names)) {
      const count = names.filter((other) => other === name).length;
      if (count > 1) problems.push(`a plugin must stand on a route once, but ${name} was put there ${count} times. Use one route each.`);
    }
    return problems;
  }

  private headers(): Tree {
    const { headers } = this.props;
    return headers === undefined ? {} : { headers: misshape(headers) ?? headers };
  }
}

function isDeferred(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === "string" && hasReference(value));
}
