/** sbom.cdx.json: what is bundled, in CycloneDX 1.6, without date or random number, so that equal content makes equal bytes. */
import { createHash } from "node:crypto";
import type { BundledPackage } from "./packages";

const purl = (name: string, version: string): string => `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;

/** A UUID of version 8 made from a hash of `text`. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}

const licenses = (expression: string): readonly object[] =>
  /^[\w.+-]+$/.test(expression) ? [{ license: { id: expression } }] : [{ expression }];

function component(one: BundledPackage): object {
  const digest = one.integrity?.startsWith("sha512-") === true ? Buffer.from(one.integrity.slice(7), "base64").toString("hex") : undefined;
  return {
    type: "library",
    "bom-ref": purl(one.name, one.version),
    name: one.name,
    version: one.version,
    licenses: licenses(one.license),
    purl: purl(one.name, one.version),
    ...(digest === undefined ? {} : { hashes: [{ alg: "SHA-512", content: digest }] }),
    ...(one.homepage === undefined ? {} : { externalReferences: [{ type: "website", url: one.homepage }] }),
  };
}

/** The document for the product `name` at `version` that bundles `packages`. */
export function sbom(name: string, version: string, license: string, packages: readonly BundledPackage[]): string {
  const components = packages.map(component);
  const self = {
    type: "application",
    "bom-ref": purl(name, version),
    name,
    version,
    licenses: licenses(license),
    purl: purl(name, version),
  };
  const dependencies = [{ ref: purl(name, version), dependsOn: packages.map((one) => purl(one.name, one.version)) }];
  const body = { metadata: { component: self }, components, dependencies };
  const head = { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber: `urn:uuid:${uuidOf(JSON.stringify(body))}`, version: 1 };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}
