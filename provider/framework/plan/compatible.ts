import { equalValues } from "../cty/equal";
import { Path } from "../cty/path";
import type { CtyType } from "../cty/type";
import { Dynamic, isArray, isRecord, isUnknown, member, type CtyRecord, type CtyValue } from "../cty/value";
import { bodyType, type Body } from "../schema/block";
import type { Violation } from "./core-rules";

function listViolations(
  elementAt: (index: number) => CtyType,
  planned: readonly CtyValue[],
  actual: readonly CtyValue[],
  path: Path,
): readonly Violation[] {
  if (planned.length !== actual.length) {
    return [{ path, message: `was planned with ${planned.length} elements, but has ${actual.length}` }];
  }
  return planned.flatMap((element, index) => valueViolations(elementAt(index), element, actual[index] ?? null, path.index(index)));
}

/** Elements of a set that were unknown may turn out equal, so a set may shrink; it never grows. */
function setViolations(element: CtyType, planned: readonly CtyValue[], actual: readonly CtyValue[], path: Path): readonly Violation[] {
  const fits = (a: CtyValue, b: CtyValue): boolean => valueViolations(element, a, b, path.setElement()).length === 0;
  const found: Violation[] = [];
  if (actual.length > planned.length)
    found.push({ path, message: `was planned with ${planned.length} elements, but has ${actual.length}` });
  if (planned.some((value) => !actual.some((other) => fits(value, other)))) found.push({ path, message: "has lost a planned element" });
  if (actual.some((value) => !planned.some((other) => fits(other, value))))
    found.push({ path, message: "has an element that was not planned" });
  return found;
}

function mapViolations(element: CtyType, planned: CtyRecord, actual: CtyRecord, path: Path): readonly Violation[] {
  return [
    ...Object.keys(planned).flatMap((key) =>
      Object.hasOwn(actual, key)
        ? valueViolations(element, member(planned, key), member(actual, key), path.key(key))
        : [{ path: path.key(key), message: "was planned, but has vanished" }],
    ),
    ...Object.keys(actual)
      .filter((key) => !Object.hasOwn(planned, key))
      .map((key) => ({ path: path.key(key), message: "was not planned" })),
  ];
}

function partViolations(type: CtyType, planned: CtyValue, actual: CtyValue, path: Path): readonly Violation[] {
  switch (type.kind) {
    case "object":
      if (!isRecord(planned) || !isRecord(actual)) break;
      return Object.entries(type.attributes).flatMap(([name, attribute]) =>
        valueViolations(attribute, member(planned, name), member(actual, name), path.attribute(name)),
      );
    case "map":
      if (isRecord(planned) && isRecord(actual)) return mapViolations(type.element, planned, actual, path);
      break;
    case "set":
      if (isArray(planned) && isArray(actual)) return setViolations(type.element, planned, actual, path);
      break;
    case "list":
      if (isArray(planned) && isArray(actual)) return listViolations(() => type.element, planned, actual, path);
      break;
    case "tuple":
      if (isArray(planned) && isArray(actual))
        return listViolations((index) => type.elements[index] ?? { kind: "dynamic" }, planned, actual, path);
      break;
    case "dynamic":
      if (planned instanceof Dynamic && actual instanceof Dynamic) {
        if (equalValues(type, planned, actual)) return [];
        return valueViolations(planned.type, planned.value, actual.value, path);
      }
      break;
    default:
      if (equalValues(type, planned, actual)) return [];
  }
  return [{ path, message: "differs from its planned value" }];
}

function valueViolations(type: CtyType, planned: CtyValue, actual: CtyValue, path: Path): readonly Violation[] {
  if (isUnknown(planned)) return [];
  if (planned === null || actual === null) {
    return planned === actual ? [] : [{ path, message: planned === null ? "was planned as null" : "was planned, but is null" }];
  }
  if (isUnknown(actual)) return [{ path, message: "was planned as known, but is unknown" }];
  return partViolations(type, planned, actual, path);
}

/**
 * What core holds against an outcome: all that was known in the plan must be there again, unknown values may be anything of their
 * type. Serves for a second plan after a first one as well.
 */
export function outcomeViolations(body: Body, planned: CtyRecord | null, actual: CtyRecord | null): readonly Violation[] {
  return valueViolations(bodyType(body), planned, actual, Path.empty);
}
