import { errors } from "undici";
import type { FailureClass } from "../../../runtime/failover/failure";
import { upstreamFailure, type FailedCall } from "../../../runtime/attempt/upstream-error";

const system = (code: string): Error => Object.assign(new Error(`connect ${code} 10.0.0.1:443`), { code });
const several = (...codes: readonly string[]): Error =>
  Object.assign(new AggregateError(codes.map(system)), codes[0] === undefined ? {} : { code: codes[0] });
const CALL: FailedCall = { label: "0:openai/gpt-4o", hostByClient: false, started: false, answering: false };

/** What failed, when, and whose it is; `internal` never counts against the target and never moves on. */
const TABLE: readonly (readonly [Error, Partial<FailedCall>, FailureClass, string])[] = [
  ...["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EADDRNOTAVAIL"].map((code) => [system(code), {}, "internal", "internal"] as const),
  [several("EMFILE", "EMFILE"), {}, "internal", "internal"],
  [several("ECONNREFUSED", "EADDRNOTAVAIL"), {}, "connect", "upstream_connect"],
  [several("EADDRNOTAVAIL", "ECONNREFUSED"), {}, "connect", "upstream_connect"],
  [new errors.InvalidArgumentError("invalid header"), {}, "internal", "internal"],
  [new errors.NotSupportedError("expect"), {}, "internal", "internal"],
  [new errors.InvalidReturnValueError("x"), {}, "internal", "internal"],
  [new errors.RequestContentLengthMismatchError("x"), { started: true }, "internal", "internal"],
  [new errors.ClientDestroyedError("x"), {}, "internal", "internal"],
  [new TypeError("x is not a function"), { started: true, answering: true }, "internal", "internal"],
  [Object.assign(new TypeError("bad"), { code: "ERR_INVALID_ARG_TYPE" }), {}, "internal", "internal"],
  [system("ENOTFOUND"), { hostByClient: true }, "internal", "unknown_host"],
  [system("ENOTFOUND"), {}, "connect", "upstream_connect"],
  [system("ECONNREFUSED"), { hostByClient: true }, "connect", "upstream_connect"],
  ...["ECONNREFUSED", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "EACCES", "CERT_HAS_EXPIRED"].map(
    (code) => [system(code), {}, "connect", "upstream_connect"] as const,
  ),
  [system("ECONNRESET"), { started: true }, "reset", "upstream_error"],
  [new errors.SocketError("other side closed"), { started: true }, "reset", "upstream_error"],
  [new errors.SocketError("other side closed"), { started: true, answering: true }, "invalid_answer", "upstream_error"],
  [system("HPE_INVALID_HEADER_TOKEN"), { started: true }, "invalid_header", "upstream_error"],
];

test.each(
  TABLE.map(
    ([cause, more, failure, code]) => [`${cause.name} ${"code" in cause ? String(cause.code) : ""}`, cause, more, failure, code] as const,
  ),
)("%s", (_name, cause, more, failure, code) => {
  const told = upstreamFailure(cause, { ...CALL, ...more });
  expect([told.failure, told.error.code]).toEqual([failure, code]);
  // clients learn the target's label, never an address
  expect(told.error.message).toContain("0:openai/gpt-4o");
  expect(told.error.message).not.toContain("10.0.0.1");
});
