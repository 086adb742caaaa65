import { unserved } from "../../config/served";
import { applied } from "./application";
import { documentChanges } from "./document-changes";
import { takeApart } from "./document";
import { findGateways, isSensitiveSide, type PlannedGateway } from "./gateways";
import type { Plan } from "./read-plan";
import { Redactor } from "./redactor";
import { Rows } from "./rows";
import { configurationSecrets, sensitiveTexts } from "./secrets";
import type { Configuration, GatewaySummary, OtherChange, Summary } from "./summary";
import { UNKNOWN } from "./values";
import { configurationWarnings, containerWarnings, type UnservedOf } from "./warnings";

const MOST_WARNINGS = 50;
const MOST_OTHERS = 200;

/** What can be put in another's place. */
export interface SummariseOptions {
  /** Default: what this version serves. */
  readonly unserved?: UnservedOf;
}

/** Says what a plan changes about its gateways. Never throws, whatever the plan holds, and no text of the answer holds a secret. */
export function summarise(plan: Plan, options: SummariseOptions = {}): Summary {
  const gateways = findGateways(plan);
  const secrets = sensitiveTexts(plan);
  for (const { before, after } of gateways) {
    for (const side of [before, after]) for (const { config } of takeApart(side).plugins) configurationSecrets(config, secrets);
  }
  const redactor = new Redactor(secrets);
  const summaries = gateways.map((gateway) => gatewaySummary(gateway, redactor));
  const warnings = [
    ...(plan.incomplete
      ? ["The plan is incomplete: planning ended with an error or left something for later, so that more may change."]
      : []),
    ...gateways.flatMap((gateway) => configurationWarnings(gateway, options.unserved ?? unserved, redactor)),
    ...gateways.flatMap((gateway) => containerWarnings(gateway, redactor)),
  ];
  const others = otherChanges(plan, gateways);
  return {
    gateways: summaries,
    ...{ warnings: [...new Set(warnings)].slice(0, MOST_WARNINGS), omittedWarnings: Math.max(0, new Set(warnings).size - MOST_WARNINGS) },
    others: others.slice(0, MOST_OTHERS).map(({ address, action }) => ({ address: redactor.show(address), action })),
    omittedOthers: Math.max(0, others.length - MOST_OTHERS),
  };
}

function gatewaySummary(gateway: PlannedGateway, redactor: Redactor): GatewaySummary {
  const { before, after } = gateway;
  const rows = new Rows();
  const unreadable = [before, after].some(isSensitiveSide) ? "sensitive" : after === UNKNOWN ? "unknown" : undefined;
  if (unreadable === undefined) documentChanges(before, after, redactor, rows);
  const configuration = unreadable ?? stateOf(gateway, rows.any);
  const changed = configuration !== "unchanged" && configuration !== "not in the plan";
  // an unreadable configuration counts as changed only where a delivery says so
  const delivered = unreadable === undefined || gateway.deliveries.some(({ action }) => action !== "none") || unreadable === "unknown";
  return {
    ...{ name: redactor.show(gateway.name), configuration, changes: rows.changes, omittedChanges: rows.omitted },
    ...applied(gateway, changed && delivered && after !== undefined, redactor),
  };
}

function stateOf({ configured, before, after }: PlannedGateway, any: boolean): Configuration {
  if (!configured) return "not in the plan";
  if (before === undefined && after !== undefined) return "added";
  if (before !== undefined && after === undefined) return "removed";
  return any ? "changed" : "unchanged";
}

const WORDS: Readonly<Record<string, string>> = {
  create: "created",
  update: "changed in place",
  replace: "replaced",
  delete: "destroyed",
  forget: "no longer managed",
};

/** Changes of resources that the gateways' own sentences do not cover. */
function otherChanges(plan: Plan, gateways: readonly PlannedGateway[]): readonly OtherChange[] {
  const told = new Set(gateways.flatMap(({ deliveries, containers }) => [...deliveries, ...containers]));
  return plan.resources.flatMap((resource) => {
    const action = WORDS[resource.action];
    return action === undefined || told.has(resource) ? [] : [{ address: resource.address, action }];
  });
}
