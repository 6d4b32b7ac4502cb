import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

/** A certificate and its key, as PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

const dayMs = 24 * 60 * 60 * 1000;
/** What browsers and Apple's systems take at most. */
const serverDays = 398;
const authorityDays = 3650;
/** For clients whose clock is behind. */
const backdatedMs = 60 * 60 * 1000;
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const commonName = '2.5.4.3';

/** Addresses that only machines of this network have: a certificate for one of them can do no harm elsewhere. */
const privateRanges = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];

/**
 * An authority of its own, which whoever trusts it trusts for `names` and what is below them only, and for addresses
 * of private networks (RFC 5280, 4.2.1.10).
 * @param names hosts and addresses
 */
export function issueAuthority(names: readonly string[], now: number): Issued {
  const { privateKey, publicKey } = newKey();
  const subject = nameOf(`Berth registry authority ${randomBytes(4).toString('hex')}`);
  const certificate = signed({
    subject,
    issuer: subject,
    publicKey,
    signer: privateKey,
    from: now,
    days: authorityDays,
    extensions: [
      extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
      extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
      extension(id_ce_nameConstraints, true, constraintsFor(names)),
      extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId(publicKey))),
    ],
  });
  return { certificate, key: pemOf(privateKey) };
}

/** A server's certificate for `names`, the hosts and addresses it is reached by. */
export function issueForServer(authority: Issued, names: readonly string[], now: number): Issued {
  const { privateKey, publicKey } = newKey();
  const parent = AsnConvert.parse(new X509Certificate(authority.certificate).raw, Certificate);
  const parentKey = new X509Certificate(authority.certificate).publicKey;
  const certificate = signed({
    subject: nameOf(names[0] ?? 'localhost'),
    issuer: parent.tbsCertificate.subject,
    publicKey,
    signer: createPrivateKey(authority.key),
    from: now,
    days: serverDays,
    extensions: [
      extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
      extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
      extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectAltName, false, new SubjectAlternativeName(names.map(generalName))),
      extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId(publicKey))),
      extension(
        id_ce_authorityKeyIdentifier,
        false,
        new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyId(parentKey)) }),
      ),
    ],
  });
  return { certificate, key: pemOf(privateKey) };
}

/** Whether an authority made by `issueAuthority` may speak for this host or address. */
export function mayIssueFor(authority: string, name: string): boolean {
  const found = AsnConvert.parse(
    new X509Certificate(authority).raw,
    Certificate,
  ).tbsCertificate.extensions?.find(({ extnID }) => extnID === id_ce_nameConstraints);
  if (found === undefined) return false;
  const { permittedSubtrees } = AsnConvert.parse(found.extnValue.buffer, NameConstraints);
  return [...(permittedSubtrees ?? [])].some(({ base }) =>
    isIP(name) === 0
      ? base.dNSName !== undefined && (name === base.dNSName || name.endsWith(`.${base.dNSName}`))
      : base.iPAddress !== undefined && contains(String(base.iPAddress), name),
  );
}

function contains(range: string, address: string): boolean {
  const [network = '', prefix = ''] = range.split('/');
  if (isIP(network) !== isIP(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), isIP(network) === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

function constraintsFor(names: readonly string[]): NameConstraints {
  const hosts = new Set([...names.filter((name) => isIP(name) === 0), 'localhost']);
  const addresses = names
    .filter((name) => isIP(name) !== 0)
    .filter((name) => !privateRanges.some((range) => contains(range, name)))
    .map((name) => `${name}/${isIP(name) === 4 ? 32 : 128}`);
  const bases = [
    ...Array.from(hosts, (dNSName) => new GeneralName({ dNSName })),
    ...[...privateRanges, ...addresses].map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  return new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base }))),
  });
}

interface ToSign {
  readonly subject: Name;
  readonly issuer: Name;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly days: number;
  readonly extensions: Extension[];
}

function signed({ subject, issuer, publicKey, signer, from, days, extensions }: ToSign): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: algorithm,
    issuer,
    validity: new Validity({
      notBefore: new Date(from - backdatedMs),
      notAfter: new Date(from + days * dayMs),
    }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(spkiOf(publicKey), SubjectPublicKeyInfo),
    extensions: new Extensions(extensions),
  });
  const bytes = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: exactly(sign('sha256', bytes, signer)),
  });
  return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString();
}

function newKey(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

function pemOf(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** RFC 5280, 4.2.1.2, method 1: of the bits of the key. */
function keyId(key: KeyObject): ArrayBuffer {
  const { subjectPublicKey } = AsnConvert.parse(spkiOf(key), SubjectPublicKeyInfo);
  return exactly(createHash('sha1').update(Buffer.from(subjectPublicKey)).digest());
}

/** RFC 5280, 4.1.2.2: positive, of at most 20 bytes, and never the same again. */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return exactly(bytes);
}

function extension(extnID: string, critical: boolean, value: unknown): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function nameOf(text: string): Name {
  const attribute = new AttributeTypeAndValue({
    type: commonName,
    // RFC 5280, appendix A: at most 64 characters.
    value: new AttributeValue({ utf8String: text.slice(0, 64) }),
  });
  return new Name([new RelativeDistinguishedName([attribute])]);
}

function generalName(name: string): GeneralName {
  return new GeneralName(isIP(name) === 0 ? { dNSName: name } : { iPAddress: name });
}

/** The bytes in a buffer of their own: small ones share a larger one. */
function exactly(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
