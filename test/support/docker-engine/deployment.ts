import type { Attributes } from "./attributes";
import { decide, type Action } from "./change";
import { containerRequest, containerUpdate } from "./container";
import type { Engine } from "./engine";
import { evaluate, UNKNOWN } from "./expression";
import { imageRequest } from "./image";
import { networkRequest } from "./network";
import { lookupIn, parseTemplate, type ResourceBlock, type ResourceType, type Template } from "./template";
import { volumeRequest } from "./volume";

/** One line of a plan. */
export interface Change {
  readonly address: string;
  readonly action: Action;
}

interface Deployed {
  readonly type: ResourceType;
  readonly address: string;
  readonly attributes: Attributes;
  /** Engine id, also what `image_id` refers to. */
  readonly id: string;
}

/** Attributes known only once the resource exists. */
const COMPUTED: ReadonlySet<string> = new Set(["id", "image_id"]);

/**
 * What stands of one stack on a Docker engine: applies synthesized `cdk.tf.json` files one after the other as Terraform with the Docker provider does
 * (destroy what goes, dependents first; then create, dependencies first; last what `create_before_destroy` kept) and destroys everything in the end.
 */
export class Deployment {
  private state = new Map<string, Deployed>();
  private evaluatedOutputs = new Map<string, unknown>();

  /** @param variables values of the stack's variables, as `-var` gives them. */
  constructor(
    private readonly engine: Engine,
    private readonly variables: ReadonlyMap<string, unknown> = new Map(),
  ) {}

  /** Values of the root outputs after the last apply. */
  get outputs(): ReadonlyMap<string, unknown> {
    return this.evaluatedOutputs;
  }

  /** Engine id of a deployed resource. Throws where there is none. */
  id(address: string): string {
    const deployed = this.state.get(address);
    if (!deployed) throw new Error(`${address} is not deployed. Deployed: ${[...this.state.keys()].join(", ") || "nothing"}.`);
    return deployed.id;
  }

  /** Addresses of the deployed resources of a type. */
  addresses(type: ResourceType): string[] {
    return [...this.state.values()].filter((deployed) => deployed.type === type).map(({ address }) => address);
  }

  /** Attributes, templates evaluated, with which a resource was deployed. */
  attributes(address: string): Attributes {
    this.id(address);
    return this.state.get(address)!.attributes;
  }

  /** What an apply of this `cdk.tf.json` would do. */
  plan(text: string): Change[] {
    return this.changes(parseTemplate(text));
  }

  /** Brings the engine to what the `cdk.tf.json` says; resolves to what was done. What was done before an error stays and is destroyed by {@link destroy}. */
  async apply(text: string): Promise<Change[]> {
    const template = parseTemplate(text);
    const changes = this.changes(template);
    const actions = new Map(changes.map(({ address, action }) => [address, action]));
    const last = new Set(template.resources.filter((block) => block.createBeforeDestroy).map(({ address }) => address));
    const replaced = [...this.state.values()].reverse().filter(({ address }) => ["delete", "replace"].includes(actions.get(address)!));
    for (const deployed of replaced) if (!last.has(deployed.address)) await this.remove(deployed);
    const next = new Map<string, Deployed>();
    const lookup = lookupIn(template, this.variables, (address, name) => this.known(template, address, name));
    for (const block of template.resources) {
      const attributes = evaluate(block.attributes, lookup) as Attributes;
      const deployed = await this.realise(block, attributes, actions.get(block.address)!);
      this.state.set(block.address, deployed);
      next.set(block.address, deployed);
    }
    this.state = next;
    for (const deployed of replaced) if (last.has(deployed.address)) await this.dismantle(deployed);
    this.evaluatedOutputs = new Map([...template.outputs].map(([name, value]) => [name, evaluate(value, lookup)]));
    return changes;
  }

  /** Removes everything, dependents first. */
  async destroy(): Promise<void> {
    for (const deployed of [...this.state.values()].reverse()) await this.remove(deployed);
    this.evaluatedOutputs = new Map();
  }

  private changes(template: Template): Change[] {
    const renewed = new Set<string>();
    const lookup = lookupIn(template, this.variables, (address, name) =>
      renewed.has(address) && COMPUTED.has(name) ? UNKNOWN : this.known(template, address, name),
    );
    const changes = template.resources.map(({ address, type, attributes }): Change => {
      const action = decide(type, this.state.get(address)?.attributes, evaluate(attributes, lookup) as Attributes);
      if (action === "create" || action === "replace") renewed.add(address);
      return { address, action };
    });
    const declared = new Set(template.resources.map(({ address }) => address));
    const gone = [...this.state.keys()].filter((address) => !declared.has(address));
    return [...changes, ...gone.map((address): Change => ({ address, action: "delete" }))];
  }

  /** A computed attribute from the state, any other from the configuration. */
  private known(template: Template, address: string, name: string): unknown {
    if (COMPUTED.has(name)) return this.id(address);
    const block = template.resources.find((candidate) => candidate.address === address);
    const value = block?.attributes[name];
    if (value === undefined) throw new Error(`${address}.${name}: only attributes that are given, id and image_id can be referred to.`);
    return evaluate(
      value,
      lookupIn(template, this.variables, (other, attribute) => this.known(template, other, attribute)),
    );
  }

  private async realise({ address, type }: ResourceBlock, attributes: Attributes, action: Action): Promise<Deployed> {
    const id = action === "create" || action === "replace" ? await this.create(type, attributes, address) : this.id(address);
    if (action === "update" && type === "docker_container") await this.engine.updateContainer(id, containerUpdate(attributes, address));
    return { type, address, attributes, id };
  }

  private async create(type: ResourceType, attributes: Attributes, address: string): Promise<string> {
    switch (type) {
      case "docker_image":
        return this.engine.createImage(imageRequest(attributes, address));
      case "docker_network":
        return (await this.engine.docker.createNetwork(networkRequest(attributes, address))).id;
      case "docker_volume":
        return (await this.engine.docker.createVolume(volumeRequest(attributes, address))).name;
      case "docker_container":
        return this.engine.createContainer(containerRequest(attributes, address));
    }
  }

  private async remove(deployed: Deployed): Promise<void> {
    await this.dismantle(deployed);
    this.state.delete(deployed.address);
  }

  private async dismantle({ type, address, attributes, id }: Deployed): Promise<void> {
    switch (type) {
      case "docker_image":
        await this.engine.removeImage(id, imageRequest(attributes, address));
        break;
      case "docker_network":
        await this.engine.docker.getNetwork(id).remove();
        break;
      case "docker_volume":
        await this.engine.docker.getVolume(id).remove();
        break;
      case "docker_container":
        await this.engine.removeContainer(id, containerRequest(attributes, address));
        break;
    }
  }
}
