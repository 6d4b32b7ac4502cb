import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** RFC 7518 §3.4: the two numbers side by side, not in ASN.1. */
const dsaEncoding = 'ieee-p1363';
const signatureBytes = 64;

/** A pair of keys for ES256: ECDSA on P-256 with SHA-256. */
export class SigningKey {
  /** Names the public key: its hash. */
  readonly kid: string;
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  private constructor(key: KeyObject) {
    this.#private = key;
    this.#public = createPublicKey(key);
    this.kid = hash('sha256', this.#public.export({ type: 'spki', format: 'der' }), 'base64url');
  }

  /** PKCS #8, to be wrapped and kept. */
  static generate(): Uint8Array {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return privateKey.export({ type: 'pkcs8', format: 'der' });
  }

  static read(pkcs8: Uint8Array): SigningKey {
    return new SigningKey(createPrivateKey({ key: Buffer.from(pkcs8), type: 'pkcs8', format: 'der' }));
  }

  sign(text: string): Buffer {
    return sign('sha256', Buffer.from(text), { key: this.#private, dsaEncoding });
  }

  verify(text: string, signature: Uint8Array): boolean {
    if (signature.length !== signatureBytes) return false;
    return verify('sha256', Buffer.from(text), { key: this.#public, dsaEncoding }, signature);
  }
}
