import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const cipher = 'aes-256-gcm';

/** What was wrapped cannot be unwrapped: another key, another purpose, or damaged bytes. */
export class WrongMasterKey extends Error {
  override readonly name = 'WrongMasterKey';
}

/** Encrypts the keys that lie in the database; never in it itself. Each use has a key of its own, derived from it. */
export class MasterKey {
  readonly #wrapping: Buffer;
  readonly #naming: Buffer;
  readonly #sealing: Buffer;
  /** Tells one master key from another and nothing else about it. */
  readonly fingerprint: string;

  private constructor(bytes: Uint8Array) {
    const derive = (use: string): Buffer =>
      Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), `berth/${use}`, keyBytes));
    this.#wrapping = derive('wrap');
    this.#naming = derive('name');
    this.#sealing = derive('seal');
    this.fingerprint = derive('fingerprint').toString('hex').slice(0, 16);
  }

  /** 32 bytes as 64 hex digits or base64; undefined for any other text. */
  static parse(text: string): MasterKey | undefined {
    const trimmed = text.trim();
    if (/^[0-9a-f]{64}$/i.test(trimmed)) return new MasterKey(Buffer.from(trimmed, 'hex'));
    if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
    return new MasterKey(Buffer.from(trimmed, 'base64'));
  }

  /** The text of a new key. */
  static generate(): string {
    return randomBytes(keyBytes).toString('hex');
  }

  /** Initialisation vector, tag, ciphertext. The purpose is bound to it, so that no key stands in for another. */
  wrap(plain: Uint8Array, purpose: string): Uint8Array {
    const iv = randomBytes(ivBytes);
    const encrypt = createCipheriv(cipher, this.#wrapping, iv, { authTagLength: tagBytes });
    encrypt.setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([encrypt.update(plain), encrypt.final()]);
    return Buffer.concat([iv, encrypt.getAuthTag(), sealed]);
  }

  /** @throws WrongMasterKey */
  unwrap(wrapped: Uint8Array, purpose: string): Buffer {
    const bytes = Buffer.from(wrapped);
    try {
      const iv = bytes.subarray(0, ivBytes);
      const decrypt = createDecipheriv(cipher, this.#wrapping, iv, { authTagLength: tagBytes });
      decrypt.setAAD(Buffer.from(purpose));
      decrypt.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      return Buffer.concat([decrypt.update(bytes.subarray(ivBytes + tagBytes)), decrypt.final()]);
    } catch (cause) {
      throw new WrongMasterKey('the master key does not fit', { cause });
    }
  }

  /** A name for a text that must not be kept itself; the same in every process that has this key. */
  nameOf(text: string): string {
    return createHmac('sha256', this.#naming).update(text).digest('base64url');
  }

  /** Tells whether a text is as somebody with this key has written it. The purpose is bound to it. */
  sealOf(text: string, purpose: string): string {
    return createHmac('sha256', this.#sealing)
      .update(JSON.stringify([purpose, text]))
      .digest('hex');
  }
}
