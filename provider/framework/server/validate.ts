import type { OperationContext } from "../context";
import { normalizeSet } from "../cty/normalize";
import { Path } from "../cty/path";
import { isArray, isRecord, isUnknown, isWhollyKnown, member, type CtyRecord, type CtyValue } from "../cty/value";
import type { Diagnostics } from "../diagnostics";
import { nestedBody } from "../plan/match-set";
import { applyDefaults } from "../plan/steps";
import { isWriteOnly, type Attribute, type Nesting, type Validator } from "../schema/attribute";
import { bodyType, type Block, type BlockNesting, type Body } from "../schema/block";
import type { Schema } from "../schema/schema";
import type { ClientCapabilitiesMessage, DiagnosticsResponse, DynamicValueMessage } from "./messages";
import { respond, type Operation } from "./operation";
import type { Session } from "./session";

interface Context {
  readonly diagnostics: Diagnostics;
  /** Write-only values work from Terraform and OpenTofu 1.11 on; older ones would store them. */
  readonly allowsWriteOnly: boolean;
}

function runValidators(validators: readonly Validator<unknown>[], value: CtyValue, path: Path, { diagnostics }: Context): void {
  for (const validator of validators) {
    try {
      validator.validate({ value, path, diagnostics });
    } catch (error) {
      diagnostics.thrown(error, `validating ${path.toString()}`);
    }
  }
}

/** Elements of a set must still differ once their defaults are filled in: core counts the planned ones. */
function validateDistinct(nested: NonNullable<Attribute["nested"]>, value: CtyValue, path: Path, { diagnostics }: Context): void {
  if (nested.nesting !== "set" || !isArray(value)) return;
  const body = nestedBody(nested);
  const filled = value
    .filter(isRecord)
    .filter(isWhollyKnown)
    .map((element) => applyDefaults(body, element, null, element));
  if (normalizeSet(bodyType(body), filled).length === filled.length) return;
  diagnostics.error(
    "Repeated element",
    `${path.toString()} must not have an element twice: two of them are equal once their defaults are filled in.`,
    path,
  );
}

function validateElements(nesting: Nesting | BlockNesting, body: Body, value: CtyValue, path: Path, context: Context): void {
  if (isArray(value)) {
    value.forEach((element, index) =>
      validateElements("single", body, element, nesting === "set" ? path.setElement() : path.index(index), context),
    );
  } else if (isRecord(value)) {
    if (nesting !== "map") validateBody(body, value, path, context);
    else for (const key of Object.keys(value)) validateElements("single", body, member(value, key), path.key(key), context);
  }
}

function validateAttribute(attribute: Attribute, value: CtyValue, path: Path, context: Context): void {
  if (value === null) return;
  const { diagnostics } = context;
  if (attribute.deprecated !== undefined) diagnostics.warning("Deprecated attribute", `${path.toString()}: ${attribute.deprecated}`, path);
  if (isWriteOnly(attribute) && !context.allowsWriteOnly) {
    diagnostics.error(
      "Write-only attribute is not supported",
      `${path.toString()} is write-only, which needs Terraform 1.11 or OpenTofu 1.11 or later: older versions would store its value in the state. Update, or leave it out.`,
      path,
    );
  }
  if (isUnknown(value)) return;
  runValidators(attribute.validators, value, path, context);
  if (attribute.nested === undefined) return;
  validateDistinct(attribute.nested, value, path, context);
  validateElements(attribute.nested.nesting, nestedBody(attribute.nested), value, path, context);
}

function validateBlock(block: Block, value: CtyValue, path: Path, context: Context): void {
  if (value === null || isUnknown(value)) return;
  const isPresent = !isArray(value) || value.length > 0;
  if (isPresent && block.deprecated !== undefined)
    context.diagnostics.warning("Deprecated block", `${path.toString()}: ${block.deprecated}`, path);
  runValidators(block.validators, value, path, context);
  validateElements(block.nesting, block, value, path, context);
}

function validateBody(body: Body, value: CtyRecord, path: Path, context: Context): void {
  for (const [name, attribute] of Object.entries(body.attributes))
    validateAttribute(attribute, member(value, name), path.attribute(name), context);
  for (const [name, block] of Object.entries(body.blocks)) validateBlock(block, member(value, name), path.attribute(name), context);
}

/** Validates a configuration: numbers, validators, write-only support, deprecations, then the author's own rules. */
export function validateConfig(
  session: Session,
  what: string,
  schema: Schema,
  request: { readonly config?: DynamicValueMessage | undefined; readonly clientCapabilities?: ClientCapabilitiesMessage | undefined },
  rules: ((request: OperationContext & { readonly config: CtyRecord }) => void | Promise<void>) | undefined,
): Promise<DiagnosticsResponse> {
  return respond(session, `validating ${what}`, async (operation: Operation) => {
    const config = operation.decodeConfig(schema, request.config);
    if (config === null) return {};
    const { diagnostics, signal, log } = operation;
    if (schema.deprecated !== undefined) diagnostics.warning(`Deprecated: ${what}`, schema.deprecated);
    validateBody(schema, config, Path.empty, {
      diagnostics,
      allowsWriteOnly: request.clientCapabilities?.writeOnlyAttributesAllowed === true,
    });
    if (rules !== undefined) await operation.attempt(`validating ${what}`, () => rules({ config, diagnostics, signal, log }));
    return {};
  });
}
