import { ActionMeter } from '../metrics/action-meter.ts';
import type { OpenObject, StagedPart } from './blob-store.ts';
import { FsStore } from './fs-store.ts';

/** A folder that counts what is asked of it, by the actions of a storage driver of Docker's registry. */
export class MeasuredFsStore extends FsStore {
  readonly actions = new ActionMeter();

  override stat(key: string): Promise<{ readonly sizeBytes: number } | undefined> {
    return this.actions.measure('Stat', () => super.stat(key));
  }

  override open(key: string): Promise<OpenObject | undefined> {
    return this.actions.measure('Reader', () => super.open(key));
  }

  override get(key: string): Promise<Uint8Array | undefined> {
    return this.actions.measure('GetContent', () => super.get(key));
  }

  override put(key: string, bytes: Uint8Array, access?: 'private'): Promise<void> {
    return this.actions.measure('PutContent', () => super.put(key, bytes, access));
  }

  override publish(sealed: readonly StagedPart[], key: string): Promise<string> {
    return this.actions.measure('Move', () => super.publish(sealed, key));
  }

  override delete(key: string): Promise<void> {
    return this.actions.measure('Delete', () => super.delete(key));
  }
}
