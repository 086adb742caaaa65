import { Construct } from "constructs";
import { kongDocument } from "../config/document";
import { Annotations, Aspects, Fn, Lazy, TerraformLocal, TerraformOutput, TerraformStack } from "./cdktf";
import { Delivery } from "./delivery";
import type { Deployment, Store, StoreKind, StoreOptions } from "./deployment";
import { escapeTemplates } from "./escape";
import { collidingIds, readableId, readableName } from "./ids";
import type { Platform } from "./platform";
import { Policies } from "./policies";
import { Route } from "./route";
import type { RouteProps } from "./route";
import type { Secret } from "./secret";
import { secretsOf } from "./tree";
import type { Tree } from "./tree";

/** Properties of a {@link Gateway}. */
export interface GatewayProps {
  /** Where the gateway runs. */
  readonly platform: Platform;
  /** How a changed configuration reaches it. @default Delivery.volume() */
  readonly delivery?: Delivery;
  /**
   * Whether the synth fails where a text of the stack looks like a credential.
   * @default true
   */
  readonly noInlineSecrets?: boolean;
}

/** A running gateway: routes lead into it, plugins on the routes say where requests go. */
export class Gateway extends Construct {
  private readonly routes: Route[] = [];
  private readonly deployment: Deployment;

  constructor(scope: Construct, id: string, props: GatewayProps) {
    super(scope, id);
    const configurationId = `${readableId(this)}_configuration`;
    const local = new TerraformLocal(this, "Configuration", Lazy.anyValue({ produce: () => escapeTemplates(this._toKong()) }));
    local.overrideLogicalId(configurationId);
    const output = new TerraformOutput(this, "Output", { value: local.toString(), description: "What the gateway serves." });
    output.overrideLogicalId(configurationId);

    this.deployment = props.platform._deploy({
      scope: this,
      document: Fn.jsonencode(local.asAnyMap),
      delivery: props.delivery ?? Delivery.volume(),
    });
    if (props.noInlineSecrets !== false) Aspects.of(TerraformStack.of(this)).add(Policies.noInlineSecrets());
    this.node.addValidation({ validate: () => [...collidingIds(this)] });
  }

  /** Address for clients, e.g. `http://127.0.0.1:8000`. */
  get url(): string {
    return this.deployment.url;
  }

  /** Address of `/healthz` and `/readyz`, as the gateway's own container sees it. */
  get adminUrl(): string {
    return this.deployment.adminUrl;
  }

  /**
   * Opens a way into the gateway.
   *
   * @param id Name of the route; unique in the gateway and shown in plans and logs.
   */
  route(id: string, props: RouteProps): Route {
    const route = new Route(this, id, props);
    this.routes.push(route);
    return route;
  }

  /** @internal Makes the secrets of a configuration readable for the gateway. */
  _addSecrets(tree: Tree): void {
    for (const secret of secretsOf(tree)) {
      this.deployment.addSecret(secret);
      if (secret.source.kind === "env") this.warnOfState(secret.source.name);
    }
  }

  /** @internal The text that stands for a secret. */
  _reference(secret: Secret): string {
    return this.deployment.reference(secret);
  }

  /** @internal */
  _addStore(id: string, kind: StoreKind, options: StoreOptions): Store {
    return this.deployment.addStore(id, kind, options);
  }

  /** @internal The declarative document that the gateway serves. */
  _toKong(): Record<string, unknown> {
    return kongDocument(
      readableName(this),
      this.routes.map((route) => route._toKong()),
    );
  }

  private readonly warned = new Set<string>();

  private warnOfState(name: string): void {
    if (this.warned.has(name)) return;
    this.warned.add(name);
    Annotations.of(this).addWarning(
      `Secret.env(${JSON.stringify(name)}) passes through Terraform: its value stands in the state and in \`docker inspect\` in clear. Secret.file keeps it out of both.`,
    );
  }
}
