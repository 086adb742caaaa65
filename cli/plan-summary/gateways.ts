import { CONFIG_FOLDER, CONFIG_PATH } from "../../config/container-layout";
import { kongDocument } from "./document";
import type { OutputChange, Plan, ResourceChange } from "./read-plan";
import { canonical, isHidden, isNothing, list, member, SENSITIVE, text, UNKNOWN } from "./values";

/** A configuration's side: a Kong document, a symbol where it cannot be read, undefined where there is none. */
export type Side = unknown;

/** One gateway of a plan: its configuration and what carries it. */
export interface PlannedGateway {
  readonly name: string;
  /** Whether a configuration was found at all. */
  readonly configured: boolean;
  readonly before: Side;
  readonly after: Side;
  /** Containers that never run: they bring the configuration. */
  readonly deliveries: readonly ResourceChange[];
  /** Containers that serve. */
  readonly containers: readonly ResourceChange[];
}

interface Draft {
  readonly module: string;
  readonly base: string;
  readonly configured: boolean;
  readonly before: Side;
  readonly after: Side;
  readonly deliveries: ResourceChange[];
  readonly containers: ResourceChange[];
}

const LABEL = "signalbox.gateway";

/**
 * Finds the gateways of a plan. A configuration is taken from a root output that holds a Kong document, else from what a delivery container uploads.
 * Outputs, delivery containers and gateway containers belong together by their names (`x_configuration`, `x_delivery`, `x`), by equal documents or by
 * the volume that they share; what is left over with a single gateway belongs to that one.
 */
export function findGateways(plan: Plan): readonly PlannedGateway[] {
  const containers = plan.resources.filter(({ type }) => type === "docker_container");
  const deliveries = containers.filter(isDelivery);
  const drafts = plan.outputs.flatMap(fromOutput);
  for (const delivery of deliveries) {
    const [before, after] = [uploaded(delivery.before), uploaded(delivery.after)];
    const named = drafts.find((draft) => draft.module === delivery.module && draft.base === stem(delivery.name, "delivery"));
    const equal = drafts.find(
      (draft) => draft.deliveries.length === 0 && !isHidden(after) && after !== undefined && canonical(draft.after) === canonical(after),
    );
    const lone = deliveries.length === 1 && drafts.length === 1 ? drafts[0] : undefined;
    const draft = named ?? equal ?? lone;
    if (draft !== undefined) draft.deliveries.push(delivery);
    else
      drafts.push({
        module: delivery.module,
        base: stem(delivery.name, "delivery"),
        configured: true,
        before,
        after,
        deliveries: [delivery],
        containers: [],
      });
  }
  for (const container of containers.filter((one) => !deliveries.includes(one) && isGateway(one))) {
    const mounted = volumes(container);
    const named = drafts.find(({ module, base }) => module === container.module && base === container.name);
    const sharing = drafts.find((draft) => draft.deliveries.some((one) => [...volumes(one)].some((volume) => mounted.has(volume))));
    const draft = named ?? sharing ?? (drafts.length === 1 ? drafts[0] : undefined);
    if (draft !== undefined) draft.containers.push(container);
    else {
      const { module, name: base } = container;
      drafts.push({ module, base, configured: false, before: undefined, after: undefined, deliveries: [], containers: [container] });
    }
  }
  return drafts.map(({ module, base, ...rest }) => ({ name: [module, base].filter((part) => part !== "").join("."), ...rest }));
}

function fromOutput({ name, before, after, unchecked }: OutputChange): Draft[] {
  const isDocument = unchecked.some((value) => kongDocument(value) !== undefined);
  const isNew = !isDocument && after === UNKNOWN && /(^|_)gateway_configuration$/.test(name);
  if (!isDocument && !isNew) return [];
  const base = stem(name, "configuration");
  return [{ module: "", base, configured: true, before: side(before), after: side(after), deliveries: [], containers: [] }];
}

/** A document, or the symbol that stands in its place; undefined for anything else. */
function side(value: unknown): Side {
  return isHidden(value) ? value : kongDocument(value);
}

function stem(name: string, suffix: string): string {
  const base = name.endsWith(suffix) ? name.slice(0, -suffix.length).replace(/[_-]$/, "") : name;
  return base === "" ? name : base;
}

function uploads(side: unknown): readonly unknown[] {
  return list(member(side, "upload"));
}

function isDelivery({ before, after }: ResourceChange): boolean {
  return [before, after].some((one) =>
    uploads(one).some((upload) => member(upload, "file") === CONFIG_PATH || kongDocument(member(upload, "content")) !== undefined),
  );
}

/** The document that a delivery container uploads. */
function uploaded(container: unknown): Side {
  if (container === undefined || isHidden(container)) return container;
  const all = uploads(container);
  const upload =
    all.find((one) => member(one, "file") === CONFIG_PATH) ??
    all.find((one) => kongDocument(member(one, "content")) !== undefined) ??
    all[0];
  if (isHidden(upload)) return upload;
  const content = member(upload, "content");
  const base64 = member(upload, "content_base64");
  if (isNothing(content) && isHidden(base64)) return base64;
  const encoded = text(base64);
  if (isNothing(content) && encoded !== undefined) return kongDocument(Buffer.from(encoded, "base64").toString("utf8"));
  return all.length === 0 && isHidden(member(container, "upload")) ? member(container, "upload") : side(content);
}

function isGateway({ before, after }: ResourceChange): boolean {
  return [before, after].some((one) => {
    const labelled = list(member(one, "labels")).some((label) => member(label, "label") === LABEL);
    const mounted = list(member(one, "mounts")).some((mount) => member(mount, "target") === CONFIG_FOLDER);
    const command = list(member(one, "command"));
    return labelled || mounted || (command[0] === "serve" && command.includes("--config"));
  });
}

/** Names of the volumes that a container mounts where the configuration stands. */
function volumes({ before, after }: ResourceChange): ReadonlySet<string> {
  const mounts = [before, after].flatMap((one) => list(member(one, "mounts"))).filter((mount) => member(mount, "target") === CONFIG_FOLDER);
  return new Set(mounts.flatMap((mount) => text(member(mount, "source")) ?? []));
}

/** Whether a side hides its content. */
export function isSensitiveSide(value: Side): boolean {
  return value === SENSITIVE;
}
