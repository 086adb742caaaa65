import { CannotRun } from "../errors";
import { isRecord, list, member, merge, record, text, type Record_ } from "./values";

/** One resource's change. Source: `resource_changes[]` of `terraform show -json`. */
export interface ResourceChange {
  /** Such as `module.edge.docker_container.gateway["eu"]`. */
  readonly address: string;
  /** Such as `module.edge`; empty in the root module. */
  readonly module: string;
  readonly type: string;
  readonly name: string;
  readonly action: Action;
  /** Values before and after; what is unknown or sensitive is a symbol. Undefined where there is no such side. */
  readonly before: unknown;
  readonly after: unknown;
  /** Names of the attributes that force the replacement. */
  readonly replaceBecause: readonly string[];
  /** Whether it was changed or removed by other hands since the last apply. */
  readonly drifted: boolean;
}

/** What happens to a resource. */
export type Action = "none" | "create" | "update" | "replace" | "delete" | "forget";

/** One root output's values; `unchecked` are the values without regard to what is sensitive, to see what kind of value it is. */
export interface OutputChange {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly unchecked: readonly unknown[];
}

/** What the summary reads of a plan. */
export interface Plan {
  readonly resources: readonly ResourceChange[];
  readonly outputs: readonly OutputChange[];
  /** Planning ended with an error, or left something for later. */
  readonly incomplete: boolean;
  /** The whole document. */
  readonly document: Record_;
}

const HOW =
  "Give the JSON of `terraform show -json PLANFILE` (or `tofu show -json PLANFILE`), where PLANFILE was written by `terraform plan -out=PLANFILE`.";

/**
 * Reads the JSON of a plan.
 * @throws CannotRun where it is none, with what it seems to be.
 */
export function readPlan(bytes: Uint8Array): Plan {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) throw new CannotRun(`This is the plan file itself, not its JSON. ${HOW}`);
  const content = decode(bytes);
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    const stream = /^\s*\{"@level"/.test(content);
    throw new CannotRun(
      `${stream ? "This is the log of `terraform plan -json`, which does not hold the values" : content.trim() === "" ? "The plan is empty" : "The plan is no JSON"}. ${HOW}`,
    );
  }
  if (!isRecord(document))
    throw new CannotRun(`A plan is a JSON object, but ${Array.isArray(document) ? "an array" : typeof document} was given. ${HOW}`);
  checkKind(document);
  const drifted = new Set(list(document["resource_drift"]).map((one) => text(member(one, "address"))));
  return {
    resources: list(document["resource_changes"]).flatMap((one) => resourceChange(one, drifted)),
    outputs: outputChanges(document),
    incomplete: document["errored"] === true || document["complete"] === false,
    document,
  };
}

/** PowerShell writes UTF-16 where other shells write UTF-8. */
function decode(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

function checkKind(document: Record_): void {
  const version = text(document["format_version"]);
  const isPlan = ["planned_values", "resource_changes", "output_changes"].some(
    (name) => isRecord(document[name]) || Array.isArray(document[name]),
  );
  if (!isPlan) {
    const isState = version !== undefined && ("values" in document || Object.keys(document).length <= 2);
    const isRawState = typeof document["serial"] === "number" && "lineage" in document;
    throw new CannotRun(`${isState || isRawState ? "This is a state, not a plan" : "This JSON is no Terraform plan"}. ${HOW}`);
  }
  if (version !== undefined && !/^[01]\./.test(version)) {
    throw new CannotRun("The plan's format_version must be 1.x, but a later one was given: update signalbox to read it.");
  }
}

const ACTIONS: Readonly<Record<string, Action>> = {
  create: "create",
  update: "update",
  delete: "delete",
  "delete,create": "replace",
  "create,delete": "replace",
  forget: "forget",
  // OpenTofu and Terraform: an object leaves the state and a new one takes its place
  "create,forget": "create",
  "forget,create": "create",
};

function resourceChange(value: unknown, drifted: ReadonlySet<string | undefined>): ResourceChange[] {
  const { address, type, name, mode, deposed, change, module_address: module } = record(value);
  // a deposed object is the rest of an earlier replacement; data sources are only read
  if (typeof address !== "string" || typeof type !== "string" || mode === "data" || deposed !== undefined) return [];
  const {
    actions,
    before,
    after,
    after_unknown: unknown,
    before_sensitive: wasSensitive,
    after_sensitive: sensitive,
    replace_paths: paths,
  } = record(change);
  const action = ACTIONS[list(actions).join()] ?? "none";
  const because = list(paths).flatMap((path) => text(list(path)[0]) ?? []);
  return [
    {
      ...{ address, type, name: text(name) ?? address, module: text(module) ?? "", action },
      before: before === null ? undefined : merge(before, false, wasSensitive),
      after: after === null && action === "delete" ? undefined : merge(after, unknown, sensitive),
      replaceBecause: [...new Set(because)],
      drifted: drifted.has(address),
    },
  ];
}

function outputChanges(document: Record_): OutputChange[] {
  const changes = record(document["output_changes"]);
  const planned = record(member(document, "planned_values", "outputs"));
  const prior = record(member(document, "prior_state", "values", "outputs"));
  const names = new Set([...Object.keys(changes), ...Object.keys(planned), ...Object.keys(prior)]);
  return [...names].map((name) => {
    const change = member(changes, name);
    if (isRecord(change)) {
      const { before, after, after_unknown: unknown, before_sensitive: wasSensitive, after_sensitive: sensitive } = change;
      return {
        name,
        before: merge(before ?? undefined, false, wasSensitive === true && before != null),
        after:
          after == null && unknown !== true && list(change["actions"])[0] === "delete"
            ? undefined
            : merge(after ?? undefined, unknown, sensitive),
        unchecked: [before, after],
      };
    }
    const side = (outputs: Record_): unknown => merge(member(outputs, name, "value"), false, member(outputs, name, "sensitive"));
    const both = [member(prior, name, "value"), member(planned, name, "value")];
    return { name, before: side(prior), after: side(planned), unchecked: both };
  });
}
