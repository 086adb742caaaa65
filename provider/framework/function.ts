import type { CtyType } from "./cty/type";
import type { KnownOf } from "./cty/builders";
import type { Unknown } from "./cty/value";

/** One parameter of a function. */
export interface Parameter<C extends CtyType = CtyType, N extends boolean = boolean, U extends boolean = boolean> {
  readonly name: string;
  readonly type: C;
  /** Whether null is passed on; core refuses it otherwise. @default false */
  readonly allowNull: N;
  /** Whether unknown values are passed on; otherwise core does not call the function with one, and its result is unknown. @default false */
  readonly allowUnknown: U;
  readonly description?: string;
}

interface ParameterOptions {
  /** @default false */
  readonly allowNull?: boolean;
  /** @default false */
  readonly allowUnknown?: boolean;
  /** @default - none */
  readonly description?: string;
}

type IsTrue<T> = T extends true ? true : false;

/** Declares a parameter of a function. */
export function parameter<
  C extends CtyType,
  const O extends ParameterOptions = { readonly allowNull: false; readonly allowUnknown: false },
>(name: string, type: C, options?: O): Parameter<C, IsTrue<O["allowNull"]>, IsTrue<O["allowUnknown"]>> {
  return {
    name,
    type,
    allowNull: (options?.allowNull ?? false) as IsTrue<O["allowNull"]>,
    allowUnknown: (options?.allowUnknown ?? false) as IsTrue<O["allowUnknown"]>,
    ...(options?.description === undefined ? {} : { description: options.description }),
  };
}

type Argument<P> =
  P extends Parameter<infer C, infer N, infer U>
    ? KnownOf<C> | (N extends true ? null : never) | (U extends true ? Unknown : never)
    : never;

type Arguments<P extends readonly Parameter[], V> = readonly [
  ...{ readonly [K in keyof P]: Argument<P[K]> },
  ...(V extends Parameter ? readonly Argument<V>[] : readonly []),
];

/** An error about one argument of a function. */
export class FunctionArgumentError extends Error {
  constructor(
    /** Counted from zero; arguments of the variadic parameter go on counting. */
    readonly index: number,
    message: string,
  ) {
    super(message);
    this.name = "FunctionArgumentError";
  }
}

/** A provider function. It runs in every phase and before the provider is configured, so it must be pure. */
export interface ProviderFunction {
  readonly kind: "function";
  readonly parameters: readonly Parameter[];
  readonly variadic?: Parameter;
  readonly returns: CtyType;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: string;
  call(args: readonly unknown[]): unknown;
}

/** Declares a function: its arguments are typed from its parameters, in their order, those of the variadic one last. */
export function defineFunction<
  const P extends readonly Parameter[],
  R extends CtyType,
  const V extends Parameter | undefined = undefined,
>(definition: {
  readonly parameters: P;
  /** Takes all further arguments. @default - none are allowed */
  readonly variadic?: V;
  readonly returns: R;
  /** @default - none */
  readonly summary?: string;
  /** In Markdown. @default - none */
  readonly description?: string;
  /** @default - not deprecated */
  readonly deprecated?: string;
  /** @throws FunctionArgumentError for a fault of one argument; anything else is a fault of the call. */
  call(args: Arguments<P, V>): KnownOf<R> | null | Promise<KnownOf<R> | null>;
}): ProviderFunction {
  const { parameters, variadic, returns, summary, description, deprecated } = definition;
  return {
    kind: "function",
    parameters,
    returns,
    ...(variadic === undefined ? {} : { variadic }),
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(deprecated === undefined ? {} : { deprecated }),
    call: (args) => definition.call(args as Arguments<P, V>),
  };
}
