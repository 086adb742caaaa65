/** A writer of ASN.1's distinguished encoding rules, as far as a certificate needs them. */

function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest >>>= 8) length.unshift(rest & 0xff);
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length, ...length]), content]);
}

/** SEQUENCE */
export const sequence = (...items: readonly Uint8Array[]): Buffer => tagged(0x30, ...items);
/** SET of one item; several would have to be sorted. */
export const set = (item: Uint8Array): Buffer => tagged(0x31, item);
/** Context-specific, explicit tag. */
export const context = (number: number, item: Uint8Array): Buffer => tagged(0xa0 | number, item);
/** BOOLEAN TRUE; FALSE is a default everywhere in certificates, and defaults are not written. */
export const booleanTrue = (): Buffer => tagged(0x01, Buffer.from([0xff]));
/** OCTET STRING */
export const octetString = (bytes: Uint8Array): Buffer => tagged(0x04, bytes);
/** UTF8String */
export const utf8String = (text: string): Buffer => tagged(0x0c, Buffer.from(text, "utf8"));
/** BIT STRING of which the last `unused` bits do not count. */
export const bitString = (bytes: Uint8Array, unused: number): Buffer => tagged(0x03, Buffer.from([unused]), bytes);

/** INTEGER, not negative, from big-endian bytes: leading zeros are dropped, and one is put in front where the value would read as negative. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first === -1 ? Buffer.from([0]) : bytes.subarray(first);
  return tagged(0x02, (significant[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), significant);
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

/** OBJECT IDENTIFIER from its dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** UTCTime to the end of 2049, GeneralizedTime from then on, as RFC 5280 (4.1.2.5) has it; whole seconds. */
export function utcOrGeneralizedTime(time: Date): Buffer {
  const digits = time
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:T]/g, "");
  return time.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

/** The PEM form under a label. */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
