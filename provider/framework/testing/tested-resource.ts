import { isDeepStrictEqual } from "node:util";
import { equalValues } from "../cty/equal";
import { isRecord, isUnknown, isWhollyKnown, member, type CtyRecord, type CtyValue } from "../cty/value";
import { outcomeViolations } from "../plan/compatible";
import { planViolations, stateViolations, type Violation } from "../plan/core-rules";
import { proposedNew } from "../plan/proposed";
import type { Provider } from "../provider";
import type { Resource } from "../resource";
import { bodyType, type Body } from "../schema/block";
import type { ProviderServer } from "../server";
import type {
  AttributePathMessage,
  ClientCapabilitiesMessage,
  DiagnosticMessage,
  DynamicValueMessage,
  PlanResourceChangeResponse,
  ResourceIdentityMessage,
} from "../server/messages";
import { LifeCycleError, missing, requireNoErrors } from "./life-cycle-error";

/** What a plan came to. */
export type Action = "none" | "create" | "update" | "replace" | "delete";

/** A plan, as core would show and keep it. */
export interface Planned {
  readonly action: Action;
  readonly state: CtyRecord | null;
  readonly config: CtyRecord | null;
  readonly private: Uint8Array | undefined;
  readonly identity: ResourceIdentityMessage | undefined;
  readonly requiresReplace: readonly AttributePathMessage[];
  readonly diagnostics: readonly DiagnosticMessage[];
}

/** What an apply came to. */
export interface Applied {
  readonly state: CtyRecord | null;
  readonly isTainted: boolean;
  readonly diagnostics: readonly DiagnosticMessage[];
}

/** The configured provider that a resource is tested with, and the encoding that core and it share. */
export interface TestedProvider {
  readonly provider: Provider;
  readonly server: ProviderServer;
  readonly clientCapabilities: ClientCapabilitiesMessage;
  configOf(body: Body, given: Readonly<Record<string, unknown>>): CtyRecord;
  encode(body: Body, value: CtyRecord | null): DynamicValueMessage;
  decode(body: Body, message: DynamicValueMessage | undefined): CtyRecord | null;
}

/** The value that an attribute path of core leads to; undefined where it leads nowhere. */
function valueAt(root: CtyRecord | null, path: AttributePathMessage): CtyValue | undefined {
  let value: CtyValue | undefined = root;
  for (const step of path.steps) {
    if (value === undefined || value === null || isUnknown(value)) return undefined;
    if ("elementKeyInt" in step) value = Array.isArray(value) ? (value as readonly CtyValue[])[step.elementKeyInt] : undefined;
    else {
      const name = "attributeName" in step ? step.attributeName : step.elementKeyString;
      value = isRecord(value) && Object.hasOwn(value, name) ? member(value, name) : undefined;
    }
  }
  return value;
}

/**
 * One instance of a resource and what core keeps of it. Every step checks core's rules and throws a LifeCycleError on a breach; errors
 * of the provider come back as diagnostics, for they may be what a test is about.
 */
export class TestedResource {
  state: CtyRecord | null = null;
  private: Uint8Array | undefined;
  identity: ResourceIdentityMessage | undefined;
  isTainted = false;
  private readonly resource: Resource<unknown>;

  constructor(
    private readonly core: TestedProvider,
    readonly typeName: string,
  ) {
    this.resource = core.provider.resources[typeName] ?? missing(typeName);
  }

  private check(rule: string, violations: readonly Violation[]): void {
    if (violations.length === 0) return;
    throw new LifeCycleError(
      `${this.typeName}: ${rule}\n${violations.map(({ path, message }) => `- ${path.toString() || "the object"} ${message}`).join("\n")}`,
    );
  }

  /** A configuration of this resource: what is not given is not set. */
  configOf(given: Readonly<Record<string, unknown>>): CtyRecord {
    return this.core.configOf(this.resource.schema, given);
  }

  async validate(given: Readonly<Record<string, unknown>>): Promise<readonly DiagnosticMessage[]> {
    const { schema } = this.resource;
    const config = this.core.encode(schema, this.configOf(given));
    const { clientCapabilities } = this.core;
    return (await this.core.server.validateResourceConfig({ typeName: this.typeName, config, clientCapabilities })).diagnostics;
  }

  private async planOnce(config: CtyRecord | null, prior: CtyRecord | null): Promise<PlanResourceChangeResponse> {
    const { schema } = this.resource;
    const proposed = config === null ? null : proposedNew(schema, config, prior);
    const response = await this.core.server.planResourceChange({
      typeName: this.typeName,
      priorState: this.core.encode(schema, prior),
      proposedNewState: this.core.encode(schema, proposed),
      config: this.core.encode(schema, config),
      clientCapabilities: this.core.clientCapabilities,
      ...(prior === null || this.private === undefined ? {} : { priorPrivate: this.private }),
      ...(prior === null || this.identity === undefined ? {} : { priorIdentity: this.identity }),
    });
    const hasErrors = response.diagnostics.some(({ severity }) => severity === 1);
    if (!hasErrors) this.check("invalid plan", planViolations(schema, prior, config, this.core.decode(schema, response.plannedState)));
    return response;
  }

  /** Core heeds a path only where the value at it changes, and complains about one that leads nowhere. */
  private replaces(response: PlanResourceChangeResponse, prior: CtyRecord | null, planned: CtyRecord | null): boolean {
    if (prior === null || planned === null) return false;
    return (response.requiresReplace ?? []).some((path) => {
      const [before, after] = [valueAt(prior, path), valueAt(planned, path)];
      if (before === undefined && after === undefined) {
        throw new LifeCycleError(`${this.typeName}: the path ${JSON.stringify(path)} to replace by leads nowhere`);
      }
      return !isDeepStrictEqual(before ?? null, after ?? null);
    });
  }

  /** Plans a configuration; null plans the destruction. Parts of the configuration may be UNKNOWN. */
  async plan(given: Readonly<Record<string, unknown>> | null): Promise<Planned> {
    const { schema } = this.resource;
    const config = given === null ? null : this.configOf(given);
    const first = await this.planOnce(config, this.state);
    const isFailed = first.diagnostics.some(({ severity }) => severity === 1);
    let response = first;
    let planned = this.core.decode(schema, first.plannedState);
    const replaces =
      !isFailed && (this.replaces(first, this.state, planned) || (this.isTainted && this.state !== null && planned !== null));
    if (replaces) {
      response = await this.planOnce(config, null);
      planned = this.core.decode(schema, response.plannedState);
    }
    const isUnchanged = equalValues(bodyType(schema), planned, this.state);
    let action: Action = "update";
    if (replaces) action = "replace";
    else if (isUnchanged) action = "none";
    else if (this.state === null) action = "create";
    else if (planned === null) action = "delete";
    return {
      action,
      state: planned,
      config,
      private: response.plannedPrivate,
      identity: response.plannedIdentity,
      requiresReplace: first.requiresReplace ?? [],
      diagnostics: response.diagnostics,
    };
  }

  private async applyOnce(prior: CtyRecord | null, planned: Planned): Promise<Applied> {
    const { schema } = this.resource;
    const response = await this.core.server.applyResourceChange({
      typeName: this.typeName,
      priorState: this.core.encode(schema, prior),
      plannedState: this.core.encode(schema, planned.state),
      config: this.core.encode(schema, planned.config),
      plannedPrivate: planned.private,
      ...(planned.identity === undefined ? {} : { plannedIdentity: planned.identity }),
    });
    const state = this.core.decode(schema, response.newState);
    const hasErrors = response.diagnostics.some(({ severity }) => severity === 1);
    this.check("invalid state after apply", stateViolations(schema, state));
    if (!hasErrors) this.check("inconsistent result after apply", outcomeViolations(schema, planned.state, state));
    // Core keeps the prior object where an update or a delete fails and answers with nothing.
    this.state = state ?? (hasErrors ? prior : null);
    this.private = response.private;
    this.identity = response.newIdentity;
    this.isTainted = hasErrors && prior === null && state !== null;
    return { state: this.state, isTainted: this.isTainted, diagnostics: response.diagnostics };
  }

  /**
   * Applies a plan. Where parts of the configuration were unknown, `given` is the configuration as it turned out: it is planned again,
   * and the second plan must keep all that the first one knew.
   */
  async apply(planned: Planned, given?: Readonly<Record<string, unknown>>): Promise<Applied> {
    const { schema } = this.resource;
    if (planned.action === "none") return { state: this.state, isTainted: this.isTainted, diagnostics: [] };
    if (planned.action === "delete") return this.applyOnce(this.state, planned);
    const final = given === undefined ? planned.config : this.configOf(given);
    if (final === null || !isWhollyKnown(final))
      throw new LifeCycleError(`${this.typeName}: an apply needs a configuration without unknown values`);
    if (planned.action === "replace") {
      const destroyed = await this.applyOnce(this.state, await this.plan(null));
      if (this.state !== null) return destroyed;
    }
    const prior = this.state;
    const again = await this.planOnce(final, prior);
    requireNoErrors(`planning ${this.typeName} again`, again.diagnostics);
    const state = this.core.decode(schema, again.plannedState);
    this.check("the plan at apply differs from the plan before", outcomeViolations(schema, planned.state, state));
    return this.applyOnce(prior, { ...planned, state, config: final, private: again.plannedPrivate, identity: again.plannedIdentity });
  }

  /** Refreshes the state. */
  async read(): Promise<readonly DiagnosticMessage[]> {
    const { schema } = this.resource;
    const response = await this.core.server.readResource({
      typeName: this.typeName,
      currentState: this.core.encode(schema, this.state),
      private: this.private,
      clientCapabilities: this.core.clientCapabilities,
      ...(this.identity === undefined ? {} : { currentIdentity: this.identity }),
    });
    const state = this.core.decode(schema, response.newState);
    this.check("invalid state after read", stateViolations(schema, state));
    this.state = state;
    this.private = response.private;
    this.identity = response.newIdentity;
    return response.diagnostics;
  }

  /** Imports by id and reads. @throws LifeCycleError where either fails. */
  async import(id: string): Promise<void> {
    const { schema } = this.resource;
    const response = await this.core.server.importResourceState({ typeName: this.typeName, id });
    requireNoErrors(`importing ${this.typeName}`, response.diagnostics);
    const imported = response.importedResources[0] ?? missing(`an imported ${this.typeName}`);
    this.state = this.core.decode(schema, imported.state);
    this.check("invalid state after import", stateViolations(schema, this.state));
    this.private = imported.private;
    this.identity = imported.identity;
    requireNoErrors(`reading ${this.typeName}`, await this.read());
  }

  /** Takes a state of an older version, as JSON, and reads. @throws LifeCycleError where either fails. */
  async upgrade(version: number, json: string): Promise<void> {
    const { schema } = this.resource;
    const response = await this.core.server.upgradeResourceState({
      typeName: this.typeName,
      version,
      rawState: { json: Buffer.from(json) },
    });
    requireNoErrors(`upgrading ${this.typeName}`, response.diagnostics);
    this.state = this.core.decode(schema, response.upgradedState);
    this.check("invalid state after upgrade", stateViolations(schema, this.state));
    requireNoErrors(`reading ${this.typeName}`, await this.read());
  }
}
