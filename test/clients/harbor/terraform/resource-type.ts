import type { ProviderClient } from './provider-client.ts';

export type Attributes = Readonly<Record<string, unknown>>;

/** What the provider keeps of an object between two runs. */
export interface Kept {
  /** A path below `/api/v2.0`. */
  readonly id: string;
  readonly attributes: Attributes;
}

/** A change of an object: what the file says now, and what was kept. */
export interface Change {
  readonly id: string;
  readonly wanted: Attributes;
  readonly before: Attributes;
}

/** What the provider does with one kind of object. */
export interface ResourceType {
  readonly name: string;
  /** Where the file says nothing. */
  readonly defaults: Attributes;
  /** Of the file only: the provider never asks the server for them, so an import does not know them. */
  readonly unread: readonly string[];
  /** The provider cannot go on when the object was deleted behind its back, whatever the server. */
  readonly failsWhenGone?: true;
  /** There is one, which cannot be deleted. */
  readonly single?: true;
  /** The provider cannot import it. */
  readonly notImported?: true;
  /** Returns the id. */
  create(api: ProviderClient, wanted: Attributes): Promise<string>;
  /** Undefined: it is gone. */
  read(api: ProviderClient, kept: Kept): Promise<Attributes | undefined>;
  update(api: ProviderClient, change: Change): Promise<void>;
  destroy(api: ProviderClient, kept: Kept): Promise<void>;
}

/** One object of a file. */
export interface Resource {
  readonly address: string;
  readonly type: ResourceType;
  /** @param idOf the id of an object above it in the file */
  readonly wanted: (idOf: (address: string) => string, round: Round) => Attributes;
}

/** The file as it is first, and with every field changed that can be. */
export type Round = 'first' | 'changed';
