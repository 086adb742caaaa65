/**
 * A certificate for one process: self-signed, EC P-256 with SHA-256, its own authority, for the name `localhost` that core dials. Nothing of it is ever
 * written to disk: it costs 2 ms, and a provider process lives for seconds.
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import {
  bitString,
  booleanTrue,
  context,
  integer,
  objectIdentifier,
  octetString,
  pem,
  sequence,
  set,
  utcOrGeneralizedTime,
  utf8String,
} from "./der";

/** A certificate and its key. */
export interface Certificate {
  /** What the handshake line carries. */
  readonly der: Buffer;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** Clocks of two processes on one machine agree, but those of a virtual machine and its host may not. */
const BACKDATED_MS = 30_000;
const VALID_YEARS = 30;

const OID = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  organization: "2.5.4.10",
  commonName: "2.5.4.3",
  subjectAltName: "2.5.29.17",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  basicConstraints: "2.5.29.19",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
} as const;

/** DNS name in a subject alternative name. */
const DNS_NAME_TAG = 0x82;
/** digitalSignature, keyEncipherment, keyAgreement, keyCertSign; the last bit is unused. */
const KEY_USAGE = bitString(Buffer.from([0b1010_1100]), 2);

const extension = (oid: string, isCritical: boolean, value: Buffer): Buffer =>
  sequence(objectIdentifier(oid), ...(isCritical ? [booleanTrue()] : []), octetString(value));

function name(commonName: string, organization: string): Buffer {
  return sequence(
    set(sequence(objectIdentifier(OID.organization), utf8String(organization))),
    set(sequence(objectIdentifier(OID.commonName), utf8String(commonName))),
  );
}

/** Positive, and of 16 bytes. */
function serialNumber(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

/** Makes a new key and certificate, valid from 30 s before `now` for 30 years. */
export function createCertificate(now: Date = new Date()): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + VALID_YEARS);
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha256));
  const subject = name("localhost", "Terraform provider");
  const extensions = sequence(
    extension(OID.subjectAltName, false, sequence(Buffer.concat([Buffer.from([DNS_NAME_TAG, 9]), Buffer.from("localhost")]))),
    extension(OID.keyUsage, true, KEY_USAGE),
    extension(OID.extendedKeyUsage, false, sequence(objectIdentifier(OID.serverAuth), objectIdentifier(OID.clientAuth))),
    extension(OID.basicConstraints, true, sequence(booleanTrue())),
  );
  const body = sequence(
    context(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    algorithm,
    subject,
    sequence(utcOrGeneralizedTime(new Date(now.getTime() - BACKDATED_MS)), utcOrGeneralizedTime(end)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    context(3, extensions),
  );
  const der = sequence(body, algorithm, bitString(sign("sha256", body, privateKey), 0));
  return { der, certificatePem: pem("CERTIFICATE", der), privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}
