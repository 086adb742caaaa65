import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificate } from "../../../provider/rpc/certificate";

const hasOpenssl = ((): boolean => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("openssl is not installed: the check of our certificate by openssl is left out");
    return false;
  }
})();

test("is its own authority, for localhost, and belongs to the key", () => {
  const { der, certificatePem, privateKeyPem } = createCertificate(new Date("2026-03-01T12:00:00Z"));
  const certificate = new X509Certificate(der);
  expect(new X509Certificate(certificatePem).raw).toEqual(der);
  expect(certificate.ca).toBe(true);
  expect(certificate.subject).toBe("O=Terraform provider\nCN=localhost");
  expect(certificate.issuer).toBe(certificate.subject);
  expect(certificate.subjectAltName).toBe("DNS:localhost");
  expect(certificate.checkHost("localhost")).toBe("localhost");
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(privateKeyPem))).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
  expect(certificate.validFrom).toBe("Mar  1 11:59:30 2026 GMT");
  expect(certificate.validTo).toBe("Mar  1 12:00:00 2056 GMT");
});

test("fits core's idea of one: longer than 50 characters in the line, serial of 128 bits and positive", () => {
  const serials = Array.from({ length: 20 }, () => new X509Certificate(createCertificate().der).serialNumber);
  expect(new Set(serials).size).toBe(20);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  expect(createCertificate().der.toString("base64").length).toBeGreaterThan(50);
});

(hasOpenssl ? test : test.skip)("openssl reads it, and trusts it where it is told to", () => {
  const { certificatePem } = createCertificate();
  const text = execFileSync("openssl", ["x509", "-noout", "-text"], { input: certificatePem, encoding: "utf8" });
  expect(text).toContain("Version: 3 (0x2)");
  expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature, Key Encipherment, Key Agreement, Certificate Sign/);
  expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:TRUE/);
  expect(text).toMatch(/X509v3 Extended Key Usage:\s+TLS Web Server Authentication, TLS Web Client Authentication/);
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  try {
    const file = join(folder, "certificate.pem");
    writeFileSync(file, certificatePem);
    expect(execFileSync("openssl", ["verify", "-check_ss_sig", "-CAfile", file, file], { encoding: "utf8" })).toContain("OK");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
