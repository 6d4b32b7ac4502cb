import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Text } from '../../lib/text/language.ts';
import type { CertificatePair } from './certificate-source.ts';

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
  checkChain(chain);
  checkTimes(chain, now);
  if (host !== undefined && !coversHost(leaf, host)) {
    throw new UnusablePair({
      en: `the certificate is for ${namesOf(leaf)}, not for ${host}, which clients use`,
      zh: `证书适用于 ${namesOf(leaf)}，而客户端使用的是 ${host}`,
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

export function coversHost(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
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
  if (pem.includes('ENCRYPTED'))
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

function checkChain(chain: readonly X509Certificate[]): void {
  for (const [index, issuer] of chain.slice(1).entries()) {
    const issued = chain[index];
    if (issued === undefined || (issued.checkIssued(issuer) && issued.verify(issuer.publicKey))) continue;
    throw new UnusablePair({
      en: `"${subjectOf(issued)}" was not issued by "${subjectOf(issuer)}", which follows it in the file; right: the server's own first, then each one's issuer`,
      zh: `"${subjectOf(issued)}" 并非由文件中排在其后的 "${subjectOf(issuer)}" 签发；正确顺序：先是服务器证书，然后依次是各自的签发者`,
    });
  }
}

function checkTimes(chain: readonly X509Certificate[], now: number): void {
  for (const certificate of chain) {
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    const subject = subjectOf(certificate);
    if (to <= now) {
      const day = dayOf(to);
      throw new UnusablePair({
        en: `the certificate of "${subject}" expired on ${day}; put a renewed one in its place`,
        zh: `"${subject}" 的证书已于 ${day} 过期；请换上续期后的证书`,
      });
    }
    if (from > now) {
      const day = new Date(from).toISOString();
      throw new UnusablePair({
        en: `the certificate of "${subject}" is valid from ${day} on only; is this machine's clock right?`,
        zh: `"${subject}" 的证书从 ${day} 起才有效；本机时钟是否正确？`,
      });
    }
  }
}

export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function subjectOf(certificate: X509Certificate): string {
  return certificate.subject.replaceAll('\n', ', ');
}

function namesOf(certificate: X509Certificate): string {
  return (certificate.subjectAltName ?? subjectOf(certificate))
    .replaceAll('DNS:', '')
    .replaceAll('IP Address:', '');
}
