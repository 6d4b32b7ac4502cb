import { X509Certificate } from 'node:crypto';

export interface CertificateLife {
  /** SHA-256, by which the next one is known to be another. */
  readonly fingerprint: string;
  /** Whom it is for. */
  readonly name: string;
  /** Who made it. */
  readonly issuer: string;
  /** Hosts and addresses that it is for. */
  readonly names: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Of the first certificate of a PEM text, which is the server's own. */
export function certificateLife(pem: string): CertificateLife {
  const { fingerprint256, subject, issuer, subjectAltName, validFromDate, validToDate } = new X509Certificate(
    pem,
  );
  return {
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
    // The subject may be empty where the names say it all.
    name: (subject ?? subjectAltName ?? '').replace(/\s+/g, ' '),
    issuer: issuer.replace(/\s+/g, ' '),
    names: (subjectAltName ?? '')
      .split(', ')
      .flatMap((each) => /^(?:DNS|IP Address):(.+)$/.exec(each)?.[1] ?? []),
    from: validFromDate.getTime(),
    to: validToDate.getTime(),
  };
}
