import { Decimal } from "../cty/number";
import { Path } from "../cty/path";
import type { CtyType } from "../cty/type";
import { isArray, isRecord, member, type CtyRecord, type CtyValue } from "../cty/value";
import type { Diagnostics } from "../diagnostics";
import { bodyType, type Body } from "../schema/block";

function visit(type: CtyType, value: CtyValue, path: Path, diagnostics: Diagnostics): void {
  if (value === null) return;
  if (type.kind === "number" && type.decimal !== true && value instanceof Decimal) {
    diagnostics.error("Number too precise", `${path.toString()} must be a number that fits 64 bit floating point exactly.`, path);
  } else if (type.kind === "object" && isRecord(value)) {
    for (const [name, attribute] of Object.entries(type.attributes))
      visit(attribute, member(value, name), path.attribute(name), diagnostics);
  } else if (type.kind === "map" && isRecord(value)) {
    for (const key of Object.keys(value)) visit(type.element, member(value, key), path.key(key), diagnostics);
  } else if (isArray(value) && (type.kind === "list" || type.kind === "set")) {
    value.forEach((element, index) =>
      visit(type.element, element, type.kind === "set" ? path.setElement() : path.index(index), diagnostics),
    );
  } else if (isArray(value) && type.kind === "tuple") {
    type.elements.forEach((element, index) => visit(element, value[index] ?? null, path.index(index), diagnostics));
  }
}

/** Reports numbers that JavaScript cannot hold where the schema does not say `decimal`: handlers are typed to see a plain number. */
export function checkNumbers(body: Body, value: CtyRecord, diagnostics: Diagnostics): void {
  visit(bodyType(body), value, Path.empty, diagnostics);
}
