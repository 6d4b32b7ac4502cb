/** What connections are encrypted with. */
export interface CertificatePair {
  /** PEM: the server's own first, then what leads to a root. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** Where the pair comes from, and how the listeners learn of a newer one. */
export interface CertificateSource extends Disposable {
  readonly pair: CertificatePair;
  /** PEM of the authority that clients have to trust; undefined where they know it from elsewhere. */
  readonly authority: string | undefined;
  /** In one sentence what is wrong with it, or will be soon. */
  problem(now: number): string | undefined;
  /** Whether it was made for this host or address. */
  covers(host: string): boolean;
  /** From now on new connections get another one; those that are open go on. */
  onChange(listener: (pair: CertificatePair) => void): void;
}
