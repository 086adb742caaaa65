import { fc } from "../../support/properties";
import { bitString, integer, objectIdentifier, octetString, pem, sequence, utcOrGeneralizedTime } from "../../../provider/rpc/der";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test.each([
  ["nothing", sequence(), "3000"],
  ["zero", integer(Buffer.from([0])), "020100"],
  ["no byte at all is zero", integer(Buffer.alloc(0)), "020100"],
  ["leading zeros go", integer(Buffer.from([0, 0, 5])), "020105"],
  ["a set high bit would be negative", integer(Buffer.from([0x80])), "02020080"],
  ["unused bits", bitString(Buffer.from([0b1010_1100]), 2), "030202ac"],
  ["an identifier of one-byte parts", objectIdentifier("2.5.4.3"), "0603550403"],
  ["an identifier of long parts", objectIdentifier("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
  ["a time of this century's first half", utcOrGeneralizedTime(new Date("2049-12-31T23:59:59.999Z")), "170d3439313233313233353935395a"],
  ["a later one", utcOrGeneralizedTime(new Date("2050-01-01T00:00:00Z")), "180f32303530303130313030303030305a"],
])("%s", (_name, bytes, expected) => {
  expect(hex(bytes)).toBe(expected);
});

test.each([
  [127, "047f"],
  [128, "048180"],
  [255, "0481ff"],
  [256, "04820100"],
  [65_536, "0483010000"],
])("the length of %i bytes", (length, start) => {
  const bytes = octetString(Buffer.alloc(length));
  expect(hex(bytes.subarray(0, start.length / 2))).toBe(start);
  expect(bytes.length).toBe(length + start.length / 2);
});

test("PEM has lines of 64 and decodes to the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
      const lines = pem("CERTIFICATE", bytes).split("\n");
      expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual(["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", ""]);
      expect(lines.slice(1, -2).every((line) => line.length <= 64)).toBe(true);
      expect(hex(Buffer.from(lines.slice(1, -2).join(""), "base64"))).toBe(hex(bytes));
    }),
  );
});
