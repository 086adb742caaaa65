/** Kong's spelling of a property name: `maxTokens` → `max_tokens`. Names of one word stay. */
export function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The constructs' spelling of one of Kong's names: `max_tokens` → `maxTokens`. */
export function camelName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A readable Terraform name of a construct id: `EdgeEU` → `edge_eu`, `Semantic Chat` → `semantic_chat`. */
export function terraformName(id: string): string {
  const words = id.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/([A-Z])([A-Z][a-z])/g, "$1_$2");
  const name = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(name) ? name : `_${name}`;
}
