import { isDeepStrictEqual } from 'node:util';
import type { ProviderClient } from './provider-client.ts';
import type { Attributes, Kept, Resource, Round } from './resource-type.ts';

/** What a run would do, or did. */
export interface Plan {
  readonly create: readonly string[];
  /** `address.attribute` of each that differs. */
  readonly change: readonly string[];
}

/**
 * A declarative client: it keeps what it made, asks the server for it before each run, compares that with the file, and
 * makes or changes what differs, in the order of the file.
 */
export class DeclaredState {
  readonly #api: ProviderClient;
  readonly #resources: readonly Resource[];
  readonly #kept = new Map<string, Kept>();

  constructor(api: ProviderClient, resources: readonly Resource[]) {
    this.#api = api;
    this.#resources = resources;
  }

  get ids(): ReadonlyMap<string, string> {
    return new Map([...this.#kept].map(([address, { id }]) => [address, id]));
  }

  /** Asks for everything that is kept, and says what differs. */
  async plan(round: Round): Promise<Plan> {
    await this.#refresh();
    const create: string[] = [];
    const change: string[] = [];
    for (const resource of this.#resources) {
      const kept = this.#kept.get(resource.address);
      if (kept === undefined) create.push(resource.address);
      else change.push(...this.#differences(resource, kept, round));
    }
    return { create, change };
  }

  async apply(round: Round): Promise<Plan> {
    const plan = await this.plan(round);
    for (const resource of this.#resources) {
      const kept = this.#kept.get(resource.address);
      if (kept === undefined) await this.#create(resource, round);
      else if (this.#differences(resource, kept, round).length > 0) await this.#change(resource, kept, round);
    }
    return plan;
  }

  /** Knows the id and nothing else, as after an import. */
  async import(address: string, id: string): Promise<void> {
    const { type } = this.#find(address);
    const attributes = await type.read(this.#api, { id, attributes: {} });
    if (attributes === undefined) throw new Error(`${address}: there is no ${id}`);
    this.#kept.set(address, { id, attributes });
  }

  forget(address: string): void {
    this.#kept.delete(address);
  }

  async destroy(): Promise<void> {
    await this.#refresh();
    for (const { address, type } of this.#resources.toReversed()) {
      const kept = this.#kept.get(address);
      if (kept !== undefined) await type.destroy(this.#api, kept);
      this.#kept.delete(address);
    }
  }

  async #refresh(): Promise<void> {
    for (const [address, kept] of this.#kept) {
      const attributes = await this.#find(address).type.read(this.#api, kept);
      if (attributes === undefined) this.#kept.delete(address);
      else this.#kept.set(address, { id: kept.id, attributes });
    }
  }

  async #create(resource: Resource, round: Round): Promise<void> {
    const wanted = this.#wanted(resource, round);
    const id = await resource.type.create(this.#api, wanted);
    await this.#keep(resource, id, wanted);
  }

  async #change(resource: Resource, { id, attributes }: Kept, round: Round): Promise<void> {
    const wanted = this.#wanted(resource, round);
    await resource.type.update(this.#api, { id, wanted, before: attributes });
    await this.#keep(resource, id, wanted);
  }

  async #keep({ address, type }: Resource, id: string, wanted: Attributes): Promise<void> {
    const attributes = await type.read(this.#api, { id, attributes: wanted });
    if (attributes === undefined) throw new Error(`${address} is not there although it was made`);
    this.#kept.set(address, { id, attributes });
  }

  #differences(resource: Resource, { attributes }: Kept, round: Round): string[] {
    return Object.entries(this.#wanted(resource, round))
      .filter(([name, value]) => !isSame(value, attributes[name]))
      .map(([name]) => `${resource.address}.${name}`);
  }

  #wanted({ type, wanted }: Resource, round: Round): Attributes {
    const idOf = (address: string): string => this.#kept.get(address)?.id ?? '(known after apply)';
    return { ...type.defaults, ...wanted(idOf, round) };
  }

  #find(address: string): Resource {
    const found = this.#resources.find((each) => each.address === address);
    if (found === undefined) throw new Error(`the file has no ${address}`);
    return found;
  }
}

/** Lists of permissions are sets: their order says nothing. */
function isSame(wanted: unknown, kept: unknown): boolean {
  return isDeepStrictEqual(inOrder(wanted), inOrder(kept));
}

function inOrder(value: unknown): unknown {
  if (!Array.isArray(value) || typeof value[0] !== 'object') return value;
  const items = value.map((item: object) =>
    Object.fromEntries(
      Object.entries(item)
        .map(([name, inner]: [string, unknown]) => [name, inOrder(inner)] as const)
        .toSorted(([one], [other]) => (one < other ? -1 : 1)),
    ),
  );
  return items.map((item) => JSON.stringify(item)).toSorted();
}
