import { Construct } from "constructs";
import { Token } from "./cdktf";
import { lowerOptions, omit, plainOptions } from "./options";
import { renderTree } from "./tree";
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
  readonly stripPath?: boolean;
  /** Whether the client's `Host` header is passed on. @default false */
  readonly preserveHost?: boolean;
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
const CRITERIA = ["paths", "methods", "hosts", "headers"] as const;

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
    const { headers, ...rest } = this.props;
    const tree: Tree = {
      name: this.node.id,
      ...lowerOptions("gateway.route", ROUTE_OPTIONS, rest),
      ...(headers === undefined ? {} : { headers }),
      plugins: this.plugins.map(({ name, tree: config }) => ({ name, config })),
    };
    return renderTree(tree, (secret) => this.gateway._reference(secret)).config;
  }

  private problems(): string[] {
    const problems: string[] = [];
    const options = lowerOptions("gateway.route", ROUTE_OPTIONS, omit(this.props, "headers"));
    for (const { path, message } of renderTree(options, () => "").problems) {
      problems.push(`${path.join(".")} ${message}`);
    }
    if (CRITERIA.every((name) => isEmpty(this.props[name]))) {
      problems.push('one of paths, methods, hosts and headers must be given, but none was. Give `paths: ["/chat"]`, for example.');
    }
    this.pathProblems(problems);
    const names = this.plugins.map(({ name }) => name);
    for (const name of new Set(names)) {
      const count = names.filter((other) => other === name).length;
      if (count > 1) problems.push(`a plugin must stand on a route once, but ${name} was put there ${count} times. Use one route each.`);
    }
    return problems;
  }

  private pathProblems(problems: string[]): void {
    if (Token.isUnresolved(this.props.paths)) return;
    this.props.paths?.forEach((path, index) => {
      if (!Token.isUnresolved(path) && !path.startsWith("/") && !path.startsWith("~/")) {
        problems.push(
          `paths[${index}] must begin with "/", or with "~/" if it is a regular expression, but ${JSON.stringify(path)} was given.`,
        );
      }
    });
  }
}

function isEmpty(criterion: readonly string[] | Readonly<Record<string, unknown>> | undefined): boolean {
  if (criterion === undefined) return true;
  return !Token.isUnresolved(criterion) && Object.keys(criterion).length === 0;
}
