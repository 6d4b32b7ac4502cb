import type { KeyObject, X509Certificate } from 'node:crypto';
import type { Text } from '../../lib/text/language.ts';

/** Bytes of a public key (RFC 5480) of the curves that Go knows: its parser takes a curve by name and a whole point only. */
const bytesByCurve: Readonly<Record<string, number>> = { prime256v1: 91, secp384r1: 120, secp521r1: 158 };
/** OpenSSL refuses shorter ones at its security level 2, Go's TLS client longer ones. */
const rsaBits = { least: 2048, most: 8192 };
/** RFC 5280, 4.2.1.12: serverAuth, anyExtendedKeyUsage. */
const forServers = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];

const right: Text = {
  en: 'right: ECDSA with P-256 or P-384, RSA with 2048 to 8192 bits, or ed25519; make a new key, and have a certificate issued for it',
  zh: '应为：P-256 或 P-384 的 ECDSA、2048 至 8192 位的 RSA，或 ed25519；请生成新的私钥并为其签发证书',
};

/**
 * Why Docker, containerd, podman and other programs in Go, or any client at all, could not connect to a server with this
 * certificate; undefined: nothing speaks against it. OpenSSL takes more than clients do.
 */
export function unusableLeaf(leaf: X509Certificate): Text | undefined {
  const kind = kindThatFails(leaf.publicKey);
  if (kind !== undefined)
    return {
      en: `its key is ${kind.en}, with which Docker and most other clients cannot connect; ${right.en}`,
      zh: `其私钥为 ${kind.zh}，Docker 和多数客户端无法用它建立连接；${right.zh}`,
    };
  const { keyUsage, signatureAlgorithm = '' } = leaf;
  // Node calls the extended ones so.
  if (keyUsage !== undefined && !keyUsage.some((each) => forServers.includes(each)))
    return {
      en: 'the certificate is not for servers (its extendedKeyUsage lacks serverAuth); have one issued that is',
      zh: '证书不用于服务器（其 extendedKeyUsage 缺少 serverAuth）；请另行签发用于服务器的证书',
    };
  // Nobody looks at the signature of what is trusted by itself.
  if (/sha1|md5/i.test(signatureAlgorithm) && !leaf.checkIssued(leaf))
    return {
      en: `the certificate is signed with ${signatureAlgorithm}, which clients refuse; have it issued with SHA-256`,
      zh: `证书使用 ${signatureAlgorithm} 签名，客户端会拒绝；请以 SHA-256 重新签发`,
    };
  return undefined;
}

function kindThatFails(key: KeyObject): Text | undefined {
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return undefined;
    case 'rsa':
      if (modulusLength >= rsaBits.least && modulusLength <= rsaBits.most) return undefined;
      return { en: `RSA with ${modulusLength} bits`, zh: `${modulusLength} 位的 RSA` };
    case 'rsa-pss':
      return {
        en: 'for RSA-PSS signatures only (id-RSASSA-PSS)',
        zh: '仅限 RSA-PSS 签名（id-RSASSA-PSS）的类型',
      };
    case 'ec': {
      const bytes = bytesByCurve[namedCurve];
      if (bytes === undefined)
        return { en: `ECDSA with the curve ${namedCurve}`, zh: `曲线 ${namedCurve} 的 ECDSA` };
      if (key.export({ type: 'spki', format: 'der' }).length === bytes) return undefined;
      return {
        en: `written with the parameters of its curve instead of the name ${namedCurve}, or with half a point`,
        zh: `以曲线参数而非名称 ${namedCurve} 写成，或只含压缩点的形式`,
      };
    }
    default: {
      const type = key.asymmetricKeyType ?? '?';
      return { en: `of the type ${type}`, zh: `${type} 类型` };
    }
  }
}
