import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Text } from '../../lib/text/language.ts';
import type { CertificatePair } from './certificate-source.ts';
import { unusableLeaf } from './unusable-leaf.ts';

/** Why a pair cannot be used; the text has no names of files in it. */
export class UnusablePair extends Error {
  override readonly name = 'UnusablePair';
  readonly text: Text;

  constructor(text: Text, options?: ErrorOptions) {
    super(text.en, options);
    this.text = text;
  }
}

/**
 * The server's certificate of a pair with which clients can connect now.
 * @param host that clients use, where it is known
 * @throws UnusablePair
 */
export function checkPair(pair: CertificatePair, now: number, host: string | undefined): X509Certificate {
  const chain = chainOf(pair.certificate);
  const [leaf] = chain;
  if (leaf === undefined)
    throw new UnusablePair({
      en: 'the certificate file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)',
      zh: '证书文件中没有 PEM 格式的证书（-----BEGIN CERTIFICATE-----）',
    });
  if (!leaf.checkPrivateKey(keyOf(pair.key))) {
    const other = chain.find((each) => each.checkPrivateKey(keyOf(pair.key)));
    throw new UnusablePair(
      other === undefined
        ? {
            en: `the key does not belong to the certificate of "${subjectOf(leaf)}"`,
            zh: `私钥与 "${subjectOf(leaf)}" 的证书不匹配`,
          }
        : {
            en: `the certificate of the key, "${subjectOf(other)}", has to come first in the file, before its issuers`,
            zh: `与私钥匹配的证书 "${subjectOf(other)}" 必须位于文件最前，其签发者在后`,
          },
    );
  }
  const unusable = unusableLeaf(leaf);
  if (unusable !== undefined) throw new UnusablePair(unusable);
  checkChain(chain);
  checkTimes(chain, now);
  if (host !== undefined && !coversHost(leaf, host)) {
    throw new UnusablePair({
      en: `the certificate is for ${namesOf(leaf).en}, not for ${host}, which clients use`,
      zh: `证书适用的名称：${namesOf(leaf).zh}；而客户端使用的是 ${host}`,
    });
  }
  checkUse(pair);
  return leaf;
}

/** OpenSSL reads the whole file, and has an opinion of its own of what is too weak. */
function checkUse({ certificate, key }: CertificatePair): void {
  try {
    createSecureContext({ cert: certificate, key });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UnusablePair(
      {
        en: `connections cannot be encrypted with it: ${why}; is a file written to the end, and the key long enough?`,
        zh: `无法用它加密连接：${why}；文件是否完整写入，密钥是否足够长？`,
      },
      { cause },
    );
  }
}

/** Clients have ceased to look at the subject: what is not in `subjectAltName` does not count (RFC 9525, 2). */
export function coversHost(certificate: X509Certificate, host: string): boolean {
  const found =
    isIP(host) === 0 ? certificate.checkHost(host, { subject: 'never' }) : certificate.checkIP(host);
  return found !== undefined;
}

function chainOf(pem: string): X509Certificate[] {
  const parts = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return parts.map((part, index) => {
    try {
      return new X509Certificate(part);
    } catch (cause) {
      const number = index + 1;
      throw new UnusablePair(
        {
          en: `certificate ${number} of the certificate file is damaged`,
          zh: `证书文件中的第 ${number} 个证书已损坏`,
        },
        { cause },
      );
    }
  });
}

function keyOf(pem: string): KeyObject {
  if (/^(?:-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED)/m.test(pem))
    throw new UnusablePair({
      en: 'the key is protected by a password; take that away with: openssl pkey -in key.pem -out plain.pem',
      zh: '私钥带有密码保护；请用以下命令去除：openssl pkey -in key.pem -out plain.pem',
    });
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new UnusablePair(
      {
        en: 'the key file holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)',
        zh: '私钥文件中没有 PEM 格式的私钥（-----BEGIN PRIVATE KEY-----）',
      },
      { cause },
    );
  }
}

/** In any order and with other ways to a root beside the one that counts: clients find their own. */
function checkChain(chain: readonly X509Certificate[]): void {
  const [leaf] = chain;
  for (const issuer of chain.slice(1)) {
    if (issuer.fingerprint256 === leaf?.fingerprint256 || chain.some((each) => isIssuedBy(each, issuer)))
      continue;
    const [one, other] = [subjectOf(issuer), leaf === undefined ? '' : subjectOf(leaf)];
    throw new UnusablePair({
      en: `"${one}" has issued none of the others in the file; right: the server's own, "${other}", first, then those that lead to a root`,
      zh: `"${one}" 并非文件中其他证书的签发者；正确顺序：先是服务器证书 "${other}"，然后是通向根证书的各级签发者`,
    });
  }
}

function isIssuedBy(issued: X509Certificate, issuer: X509Certificate): boolean {
  return issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
}

/** An issuer that has ended counts only where there is no other one of that name: they are renewed beside each other. */
function checkTimes(chain: readonly X509Certificate[], now: number): void {
  for (const [index, certificate] of chain.entries()) {
    if (isValid(certificate, now)) continue;
    const { subject } = certificate;
    if (index > 0 && chain.some((each) => each.subject === subject && isValid(each, now))) continue;
    throw outOfTime(certificate, now);
  }
}

function isValid({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now < Date.parse(validTo);
}

function outOfTime(certificate: X509Certificate, now: number): UnusablePair {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const subject = subjectOf(certificate);
  if (to <= now) {
    const day = dayOf(to);
    return new UnusablePair({
      en: `the certificate of "${subject}" expired on ${day}; put a renewed one in its place`,
      zh: `"${subject}" 的证书已于 ${day} 过期；请换上续期后的证书`,
    });
  }
  const day = new Date(from).toISOString();
  return new UnusablePair({
    en: `the certificate of "${subject}" is valid from ${day} on only; is this machine's clock right?`,
    zh: `"${subject}" 的证书从 ${day} 起才有效；本机时钟是否正确？`,
  });
}

export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function subjectOf(certificate: X509Certificate): string {
  return certificate.subject.replaceAll('\n', ', ');
}

function namesOf({ subjectAltName }: X509Certificate): Text {
  if (subjectAltName === undefined)
    return {
      en: 'no host at all (it has no subjectAltName, and clients do not look at the CN)',
      zh: '无（没有 subjectAltName，而客户端不看 CN）',
    };
  const names = subjectAltName.replaceAll('DNS:', '').replaceAll('IP Address:', '');
  return { en: names, zh: names };
}
