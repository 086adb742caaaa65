/** Plans with containers, as the docker provider plans them, cut down to what tells something. */
import { readPlan, type Plan } from "../../../cli/plan-summary/read-plan";

type Tree = Readonly<Record<string, unknown>>;

/** The plan of a parsed document. */
export function planOf(document: unknown): Plan {
  return readPlan(new TextEncoder().encode(JSON.stringify(document)));
}

/** `resource_changes[]` of a container. */
function container(address: string, actions: readonly string[], before: unknown, after: unknown, more: Tree = {}): Tree {
  const [, type, name] = /^(?:.*\.)?(\w+)\.(\w+)(?:\[.*\])?$/.exec(address)!;
  const change = {
    actions,
    before,
    after,
    after_unknown: { id: true, exit_code: true },
    before_sensitive: {},
    after_sensitive: {},
    ...more,
  };
  return { address, mode: "managed", type, name, provider_name: "registry.terraform.io/kreuzwerker/docker", change };
}

const mount = (source: string, readOnly: boolean): Tree => ({
  type: "volume",
  source,
  target: "/etc/signalbox/config",
  read_only: readOnly,
});

/** The container that brings the configuration; replaced where the documents differ. */
export function delivery(before: unknown, after: unknown, name = "gateway"): Tree {
  const side = (document: unknown): unknown =>
    document === undefined
      ? null
      : {
          ...{
            name: `${name}-delivery`,
            image: "sha256:1",
            start: false,
            must_run: false,
            mounts: [mount(`${name}-configuration`, false)],
          },
          upload: [{ file: "/etc/signalbox/config/kong.json", content: JSON.stringify(document), permissions: "0644" }],
        };
  const same = JSON.stringify(before) === JSON.stringify(after);
  const actions = before === undefined ? ["create"] : after === undefined ? ["delete"] : same ? ["no-op"] : ["delete", "create"];
  return container(`docker_container.${name}_delivery`, actions, side(before), side(after), { replace_paths: [["upload"]] });
}

/** What a gateway's container has in state or plan; `more` wins. */
export function serving(name = "gateway", more: Tree = {}): Tree {
  return {
    ...{ name, image: "sha256:1", command: ["serve", "--config", "/etc/signalbox/config/kong.json"], env: ["NODE_ENV=production"] },
    ...{ mounts: [mount(`${name}-configuration`, true)], labels: [{ label: "signalbox.gateway", value: name }] },
    ...{ destroy_grace_seconds: 35, ...more },
  };
}

/** The container that serves. */
export function gateway(actions: readonly string[], before: unknown, after: unknown, more: Tree = {}, name = "gateway"): Tree {
  return container(`docker_container.${name}`, actions, before, after, more);
}

/** A plan of resource changes and one output. */
export function document(before: unknown, after: unknown, changes: readonly Tree[], more: Tree = {}): Tree {
  const value = (side: unknown): unknown => side ?? null;
  const actions = before === undefined ? ["create"] : after === undefined ? ["delete"] : ["update"];
  return {
    ...{ format_version: "1.2", terraform_version: "1.11.4", resource_changes: changes },
    output_changes: {
      gateway_configuration: {
        actions,
        before: value(before),
        after: value(after),
        after_unknown: false,
        before_sensitive: false,
        after_sensitive: false,
      },
    },
    ...more,
  };
}
