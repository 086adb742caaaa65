import { normalizeValue } from "../cty/normalize";
import { decodeMsgpack, encodeMsgpack } from "../cty/msgpack";
import { isRecord, type CtyRecord, type CtyValue } from "../cty/value";
import { emptyObject, withEmptyBlocks } from "../plan/object";
import type { Provider } from "../provider";
import { bodyType, type Body } from "../schema/block";
import { createProviderServer, type ProviderServer, type ServerOptions } from "../server";
import type { ClientCapabilitiesMessage, DynamicValueMessage } from "../server/messages";
import { LifeCycleError, missing, requireNoErrors } from "./life-cycle-error";
import { TestedResource, type TestedProvider } from "./tested-resource";

/** What the part of core can do, in a test. */
export interface TestCoreOptions extends ServerOptions {
  /** The provider's configuration. @default - nothing set */
  readonly config?: Readonly<Record<string, unknown>>;
  /** @default - write-only attributes are allowed, deferral is not */
  readonly clientCapabilities?: ClientCapabilitiesMessage;
}

/** Plays core against a provider in this process, over the messages of the protocol, encodings included. */
export class TestCore implements TestedProvider {
  private constructor(
    readonly provider: Provider,
    readonly server: ProviderServer,
    readonly clientCapabilities: ClientCapabilitiesMessage,
  ) {}

  /**
   * Starts and configures a provider.
   *
   * @throws ProviderDefinitionError, or LifeCycleError where its configuration is refused.
   */
  static async start(provider: Provider, options: TestCoreOptions = {}): Promise<TestCore> {
    const { config = {}, clientCapabilities = { writeOnlyAttributesAllowed: true }, ...serverOptions } = options;
    const core = new TestCore(provider, createProviderServer(provider, serverOptions), clientCapabilities);
    const message = core.encode(provider.schema, core.configOf(provider.schema, config));
    requireNoErrors("validating the provider's configuration", (await core.server.validateProviderConfig({ config: message })).diagnostics);
    requireNoErrors(
      "configuring the provider",
      (await core.server.configureProvider({ config: message, terraformVersion: "1.11.4" })).diagnostics,
    );
    return core;
  }

  /** A resource that does not exist yet. */
  resource(typeName: string): TestedResource {
    return new TestedResource(this, typeName);
  }

  /** A configuration: what is not given is not set. */
  configOf(body: Body, given: Readonly<Record<string, unknown>>): CtyRecord {
    const value = normalizeValue(bodyType(body), { ...emptyObject(body), ...given });
    return withEmptyBlocks(body, value as CtyRecord);
  }

  encode(body: Body, value: CtyRecord | null): DynamicValueMessage {
    return { msgpack: encodeMsgpack(bodyType(body), value) };
  }

  decode(body: Body, message: DynamicValueMessage | undefined): CtyRecord | null {
    if (message?.msgpack === undefined || message.msgpack.length === 0) return null;
    const value = decodeMsgpack(bodyType(body), message.msgpack);
    return isRecord(value) ? value : null;
  }

  /** Reads a data source. @throws LifeCycleError where it fails. */
  async readDataSource(typeName: string, given: Readonly<Record<string, unknown>>): Promise<CtyRecord> {
    const { schema } = this.provider.dataSources[typeName] ?? missing(typeName);
    const config = this.encode(schema, this.configOf(schema, given));
    const { clientCapabilities } = this;
    requireNoErrors(
      `validating ${typeName}`,
      (await this.server.validateDataResourceConfig({ typeName, config, clientCapabilities })).diagnostics,
    );
    const response = await this.server.readDataSource({ typeName, config, clientCapabilities });
    requireNoErrors(`reading ${typeName}`, response.diagnostics);
    return this.decode(schema, response.state) ?? missing(typeName);
  }

  /** Calls a function. @throws LifeCycleError with the text of its error. */
  async call(name: string, ...args: readonly unknown[]): Promise<CtyValue> {
    const fn = this.provider.functions[name] ?? missing(name);
    const encoded = args.map((value, index) => {
      const type = (fn.parameters[index] ?? fn.variadic ?? missing(`argument ${index} of ${name}`)).type;
      return { msgpack: encodeMsgpack(type, value) };
    });
    const { result, error } = await this.server.callFunction({ name, arguments: encoded });
    if (error !== undefined) throw new LifeCycleError(`${name}: ${error.text}`);
    return decodeMsgpack(fn.returns, result?.msgpack ?? missing(`result of ${name}`));
  }
}
