/** gRPC service definitions over the generated descriptor: plain objects on one side, bytes on the other. */
import type { MethodDefinition } from "@grpc/grpc-js";
import { Root, type Type } from "protobufjs/light";
import { DESCRIPTOR } from "./messages.generated";

/** Encoder and decoder of one message. Fields that are absent or have their zero value on the wire are absent from the decoded object. */
export interface MessageCodec {
  readonly encode: (value: object) => Buffer;
  /** Throws where the bytes are no such message. */
  readonly decode: (bytes: Buffer) => object;
}

const root = Root.fromJSON(DESCRIPTOR);

function codecOf(type: Type): MessageCodec {
  return {
    encode: (value) => Buffer.from(type.encode(value).finish()),
    decode: (bytes) => type.toObject(type.decode(bytes), { longs: Number, enums: Number }),
  };
}

/** The codec of a message by its full name, such as `tfplugin6.DynamicValue`. Throws where there is none. */
export function messageCodec(name: string): MessageCodec {
  return codecOf(root.lookupType(name));
}

/** The methods of a service by its full name, such as `tfplugin6.Provider`, as grpc-js wants them for servers and clients alike. Throws where there is none. */
export function serviceDefinition(name: string): Readonly<Record<string, MethodDefinition<object, object>>> {
  const service = root.lookupService(name);
  const methods = service.methodsArray.map((method): [string, MethodDefinition<object, object>] => {
    const request = codecOf(service.lookupType(method.requestType));
    const response = codecOf(service.lookupType(method.responseType));
    const definition = {
      path: `/${name}/${method.name}`,
      originalName: method.name,
      requestStream: method.requestStream ?? false,
      responseStream: method.responseStream ?? false,
      requestSerialize: request.encode,
      requestDeserialize: request.decode,
      responseSerialize: response.encode,
      responseDeserialize: response.decode,
    };
    return [method.name, definition];
  });
  return Object.fromEntries(methods);
}
