/** The types of Terraform's value system. */
export type CtyType =
  | { readonly kind: "string" }
  | { readonly kind: "bool" }
  | {
      readonly kind: "number";
      /** Whether the author takes numbers that JavaScript cannot hold, as `Decimal`. No part of the type on the wire. @default false */
      readonly decimal?: boolean;
    }
  | { readonly kind: "dynamic" }
  | { readonly kind: "list" | "set" | "map"; readonly element: CtyType }
  | {
      readonly kind: "object";
      readonly attributes: Readonly<Record<string, CtyType>>;
      /** Attributes that may be left out in a type constraint. Schemas never carry them. */
      readonly optional?: readonly string[];
    }
  | { readonly kind: "tuple"; readonly elements: readonly CtyType[] };

/** How a type reads in a message: `list of string`. */
export function describeType(type: CtyType): string {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return `${type.kind} of ${describeType(type.element)}`;
    case "tuple":
      return `tuple of ${type.elements.length} elements`;
    default:
      return type.kind;
  }
}

/** Whether two types are the same on the wire. */
export function sameType(a: CtyType, b: CtyType): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "list":
    case "set":
    case "map":
      return b.kind === a.kind && sameType(a.element, b.element);
    case "tuple":
      return (
        b.kind === "tuple" &&
        a.elements.length === b.elements.length &&
        a.elements.every((element, index) => sameType(element, b.elements[index] as CtyType))
      );
    case "object": {
      if (b.kind !== "object") return false;
      const names = Object.keys(a.attributes);
      return (
        names.length === Object.keys(b.attributes).length &&
        names.every((name) => {
          const other = Object.hasOwn(b.attributes, name) ? b.attributes[name] : undefined;
          return other !== undefined && sameType(a.attributes[name] as CtyType, other);
        })
      );
    }
    default:
      return a.kind === b.kind;
  }
}

/** Whether `dynamic` stands anywhere in a type. */
export function hasDynamic(type: CtyType): boolean {
  switch (type.kind) {
    case "dynamic":
      return true;
    case "list":
    case "set":
    case "map":
      return hasDynamic(type.element);
    case "tuple":
      return type.elements.some(hasDynamic);
    case "object":
      return Object.values(type.attributes).some(hasDynamic);
    default:
      return false;
  }
}
