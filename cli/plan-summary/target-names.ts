import type { Redactor } from "./redactor";
import { member, text } from "./values";

/** Short names of a plugin's targets, for people: the model's name, with provider, alias or number where that is not enough to tell them apart. */
export function targetNames(targets: readonly unknown[], redactor: Redactor): readonly string[] {
  const provider = (target: unknown): string => redactor.show(member(target, "model", "provider") ?? "any provider", 40);
  const model = (target: unknown): string => {
    const name = member(target, "model", "name");
    return name === undefined || name === null ? `${provider(target)} (the request's model)` : redactor.show(name, 60);
  };
  const alias = (target: unknown): string => {
    const name = text(member(target, "model", "model_alias"));
    return name === undefined ? provider(target) : `alias ${redactor.show(name, 40)}`;
  };
  const spellings = [model, (one: unknown) => `${model(one)} (${provider(one)})`, (one: unknown) => `${model(one)} (${alias(one)})`];
  let names = targets.map(model);
  for (const spelling of spellings.slice(1)) {
    const unique = uniqueNames(names);
    names = names.map((name, index) => (unique.has(name) ? name : spelling(targets[index])));
  }
  const unique = uniqueNames(names);
  const numbers = new Map<string, number>();
  return names.map((name) => {
    if (unique.has(name)) return name;
    const number = (numbers.get(name) ?? 0) + 1;
    numbers.set(name, number);
    return `${name} #${number}`;
  });
}

function uniqueNames(names: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Set([...counts].flatMap(([name, count]) => (count === 1 ? [name] : [])));
}
