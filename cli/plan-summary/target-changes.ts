import { match, type Identity, type Pair } from "./match";
import { fieldChanges, type FieldChange } from "./fields";
import { nameEffect, settingEffect } from "./effects";
import type { Redactor } from "./redactor";
import type { Rows } from "./rows";
import { algorithmOf, shares, shareWord } from "./shares";
import { targetNames } from "./target-names";
import { canonical, isHidden, isNothing, isRecord, list, member, UNKNOWN } from "./values";
import { formatPath } from "../../config/problem";

/** More moved shares than these are counted in an effect. */
const MOST_MOVERS = 6;
const SHARE_FIELDS: ReadonlySet<string> = new Set(["weight"]);

type Target = unknown;

/** Keys that must be equal for two targets to count as the same one, from the strictest to the loosest. */
function identities(sameLength: boolean): readonly Identity<Target>[] {
  const by =
    (...paths: readonly (readonly string[])[]): Identity<Target> =>
    (target) =>
      isRecord(target) ? canonical(paths.map((path) => member(target, ...path) ?? null)) : undefined;
  const provider = ["model", "provider"];
  const name = ["model", "name"];
  const alias = ["model", "model_alias"];
  const type = ["route_type"];
  const aliased: Identity<Target> = (target) => (isNothing(member(target, ...alias)) ? undefined : by(provider, alias, type)(target));
  return [
    (target) => (isHidden(target) ? undefined : canonical(target)),
    by(
      provider,
      name,
      alias,
      type,
      ["model", "options", "upstream_url"],
      ["model", "options", "azure_instance"],
      ["model", "options", "azure_deployment_id"],
    ),
    by(provider, name, alias, type),
    by(provider, name, type),
    aliased,
    by(provider, name),
    // a list of the same length in which a model stands where another one stood: the model was changed
    ...(sameLength ? [by(provider, type)] : []),
  ];
}

/** Tells what changed about the targets of one plugin: removed, added and changed ones, with the shares that follow. */
export function targetChanges(route: string, before: unknown, after: unknown, redactor: Redactor, rows: Rows): void {
  const [old, now] = [member(before, "targets"), member(after, "targets")];
  if (isHidden(now) || isHidden(old)) {
    if (canonical(old) === canonical(now) && now !== undefined && !isHidden(now)) return;
    rows.add(() => ({ route, subject: "target", change: `targets ${redactor.show(now)}`, effect: "" }));
    return;
  }
  const view = new TargetView(list(old), list(now), before, after, redactor);
  const matched = match(view.before, view.after, identities(view.before.length === view.after.length));
  const { pairs, unsure } = pairUnseen(matched);
  const told = pairs.map((pair) => ({ pair, fields: view.fieldsOf(pair) }));
  const weighted = new Set(told.filter(({ pair, fields }) => view.movesShares(pair, fields)).map(({ pair }) => pair));
  let movers: string | undefined = view.movers(pairs.filter((pair) => !weighted.has(pair)));
  const effectOfShare = (own: string): string => {
    const parts = [own, ...(movers === undefined ? [] : [movers])].filter((part) => part !== "");
    movers = undefined;
    return parts.join("; ");
  };
  if (unsure > 0) {
    const change = `${unsure} of the targets will not be there any more; which ${unsure === 1 ? "one" : "ones"}: ${redactor.show(UNKNOWN)}`;
    rows.add(() => ({ route, subject: "target", change, effect: "" }));
  }
  for (const { pair, fields } of told) {
    const { after: target } = pair;
    if (isHidden(target)) {
      const name = pair.before === undefined ? "" : ` ${view.nameOf(pair)}`;
      rows.add(() => ({ route, subject: "target", change: `target${name} ${redactor.show(target)}`, effect: "" }));
      continue;
    }
    if (pair.before === undefined || pair.after === undefined) {
      const effect = [effectOfShare(view.shareOf(pair)), view.namesEffect(pair)].filter((part) => part !== "").join("; ");
      rows.add(() => ({ route, subject: "target", target: view.nameOf(pair), change: view.arrival(pair), effect }));
      continue;
    }
    for (const field of fields) {
      const isShare = SHARE_FIELDS.has(field.label);
      const effect = isShare ? effectOfShare(view.shareOf(pair)) : view.effectOf(pair, field);
      rows.add(() => ({
        ...{ route, subject: "target", target: view.nameOf(pair), field: formatPath(field.path), before: field.before, after: field.after },
        change: `target ${view.nameOf(pair)}: ${field.label} ${field.values}`,
        effect,
      }));
    }
  }
}

/** Whether it cannot be told which target this is. */
function isUnseen(target: Target): boolean {
  const facts = [[], ["model"], ["model", "provider"], ["model", "name"], ["model", "model_alias"], ["route_type"]];
  return facts.some((path) => isHidden(path.length === 0 ? target : member(target, ...path)));
}

/**
 * A target that cannot be seen yet takes the place of one that has no partner, as it may be the same.
 * @returns the pairs, and how many of the former targets are without a partner although nobody can say which
 */
function pairUnseen(pairs: readonly Pair<Target>[]): { readonly pairs: readonly Pair<Target>[]; readonly unsure: number } {
  const isNew = (pair: Pair<Target>): boolean => pair.beforeIndex === undefined && isUnseen(pair.after);
  if (!pairs.some(isNew)) return { pairs, unsure: 0 };
  const free = pairs.filter(({ afterIndex }) => afterIndex === undefined);
  const kept = pairs
    .filter(({ afterIndex }) => afterIndex !== undefined)
    .map((pair) => {
      const former = isNew(pair) ? free.shift() : undefined;
      return former === undefined ? pair : { ...former, ...pair };
    });
  return { pairs: kept, unsure: free.length };
}

class TargetView {
  private readonly names: readonly (readonly string[])[];
  private readonly shares: readonly (readonly string[])[];
  private readonly word: string;

  constructor(
    readonly before: readonly Target[],
    readonly after: readonly Target[],
    configBefore: unknown,
    configAfter: unknown,
    private readonly redactor: Redactor,
  ) {
    this.names = [targetNames(before, redactor), targetNames(after, redactor)];
    const algorithm = algorithmOf(configAfter);
    this.shares = [shares(before, algorithmOf(configBefore)), shares(after, algorithm)];
    this.word = shareWord(algorithm);
  }

  /** A target is called by its new name only where it is new. */
  nameOf({ beforeIndex, afterIndex }: Pair<Target>): string {
    return (beforeIndex === undefined ? this.names[1]?.[afterIndex ?? -1] : this.names[0]?.[beforeIndex]) ?? "";
  }

  fieldsOf({ before, after, afterIndex }: Pair<Target>): readonly FieldChange[] {
    if (before === undefined || after === undefined) return [];
    return fieldChanges(before, after, ["targets", afterIndex ?? 0], this.redactor);
  }

  movesShares({ before, after }: Pair<Target>, fields: readonly FieldChange[]): boolean {
    return before === undefined || after === undefined || fields.some(({ label }) => SHARE_FIELDS.has(label));
  }

  shareOf(pair: Pair<Target>): string {
    const [old, now] = this.sidesOf(pair);
    if (old === undefined) return now === undefined ? "" : `${this.word} ${now}`;
    if (now === undefined) return `${this.word} ${old} → none`;
    return old === now ? `${this.word} stays ${now}` : `${this.word} ${old} → ${now}`;
  }

  /** The shares of targets that move only because others change. */
  movers(pairs: readonly Pair<Target>[]): string {
    const moved = pairs.flatMap((pair) => {
      const [old, now] = this.sidesOf(pair);
      return old === undefined || now === undefined || old === now ? [] : [`${this.nameOf(pair)} ${old} → ${now}`];
    });
    const more = moved.length - MOST_MOVERS;
    return [...moved.slice(0, MOST_MOVERS), ...(more > 0 ? [`${more} more targets move`] : [])].join("; ");
  }

  arrival({ before, after, beforeIndex, afterIndex }: Pair<Target>): string {
    const target = after ?? before;
    if (after === undefined) return `target ${this.names[0]?.[beforeIndex ?? -1] ?? ""} removed`;
    const facts = [
      ["provider", member(target, "model", "provider")],
      ["weight", member(target, "weight")],
      ["alias", member(target, "model", "model_alias")],
      ["max_tokens", member(target, "model", "options", "max_tokens")],
    ] as const;
    const told = facts.filter(([, value]) => !isNothing(value)).map(([name, value]) => `${name} ${this.redactor.show(value, 40)}`);
    return `target ${this.names[1]?.[afterIndex ?? -1] ?? ""} added${told.length === 0 ? "" : ` (${told.join(", ")})`}`;
  }

  effectOf({ after }: Pair<Target>, field: FieldChange): string {
    const name = field.label === "alias" || field.label === "model";
    const come = field.label === "alias" ? [member(after, "model", "model_alias")] : [];
    return name ? nameEffect([field.rawBefore], come, this.after, this.redactor) : settingEffect(field);
  }

  namesEffect({ before, after }: Pair<Target>): string {
    const alias = (target: Target): unknown => member(target, "model", "model_alias");
    return nameEffect(
      after === undefined ? [alias(before), member(before, "model", "name")] : [],
      [alias(after)],
      this.after,
      this.redactor,
    );
  }

  private sidesOf({ beforeIndex, afterIndex }: Pair<Target>): readonly [string | undefined, string | undefined] {
    return [
      beforeIndex === undefined ? undefined : this.shares[0]?.[beforeIndex],
      afterIndex === undefined ? undefined : this.shares[1]?.[afterIndex],
    ];
  }
}
