import { decodeJson } from "../cty/json";
import { decodeMsgpack, encodeMsgpack } from "../cty/msgpack";
import { Decimal } from "../cty/number";
import { isUnknown, withoutRefinements, type CtyValue } from "../cty/value";
import { FunctionArgumentError, type Parameter, type ProviderFunction } from "../function";
import { normalizeValue } from "../cty/normalize";
import { find } from "./find";
import type * as m from "./messages";
import type { Session } from "./session";

function decodeArgument(parameter: Parameter, message: m.DynamicValueMessage, index: number): CtyValue {
  const { type } = parameter;
  let value: CtyValue = null;
  try {
    if (message.msgpack !== undefined && message.msgpack.length > 0) value = decodeMsgpack(type, message.msgpack);
    else if (message.json !== undefined && message.json.length > 0) value = decodeJson(type, Buffer.from(message.json).toString());
  } catch (error) {
    throw new FunctionArgumentError(index, (error as Error).message);
  }
  if (value === null && !parameter.allowNull) throw new FunctionArgumentError(index, `${parameter.name} must not be null`);
  if (isUnknown(value) && !parameter.allowUnknown) throw new FunctionArgumentError(index, `${parameter.name} must be known`);
  if (value instanceof Decimal && type.kind === "number" && type.decimal !== true) {
    throw new FunctionArgumentError(index, `${parameter.name} must be a number that fits 64 bit floating point exactly`);
  }
  return value;
}

function decodeArguments(fn: ProviderFunction, messages: readonly m.DynamicValueMessage[]): readonly CtyValue[] {
  const count = fn.parameters.length;
  if (messages.length < count) throw new Error(`${count} arguments must be given, got ${messages.length}`);
  return messages.map((message, index) => {
    const parameter = fn.parameters[index] ?? fn.variadic;
    if (parameter === undefined) throw new FunctionArgumentError(index, `at most ${count} arguments must be given`);
    return decodeArgument(parameter, message, index);
  });
}

/** CallFunction. Errors are part of the answer: text, and the argument at fault where there is one. */
export async function callFunction(session: Session, request: m.CallFunctionRequest): Promise<m.CallFunctionResponse> {
  try {
    const fn = find(session.provider.functions, "a function", request.name);
    const result = await fn.call(decodeArguments(fn, request.arguments ?? []));
    return { result: { msgpack: encodeMsgpack(fn.returns, withoutRefinements(normalizeValue(fn.returns, result))) } };
  } catch (error) {
    const text = error instanceof Error ? error.message : "the function failed without a message";
    return { error: error instanceof FunctionArgumentError ? { text, functionArgument: error.index } : { text } };
  }
}
