/** While several clients ask, this many requests of them all together are worked on at once; of each at least the other. */
const placesForAll = 12;
const placesForEach = 3;
/** What lasts longer is a transfer, which waits for a client or a disk: it keeps nobody from this process's time. */
const holdMs = 250;
const lookEveryMs = 100;
/** A client that asked for nothing for so many looks does not count any more. */
const forgetAfterLooks = 10;
const never = -forgetAfterLooks;

interface Client {
  /** Requests that are worked on and have not lasted for `holdMs`, in the order of their beginning. */
  readonly working: Set<Place>;
  /** In the order of their coming. */
  readonly waiting: Set<Place>;
  /** All of its requests, transfers included. */
  count: number;
  /** The number of the look before which it last asked. */
  askedAt: number;
  /** The same of requests that nobody else owned up to. */
  keptAt: number;
  /** Of its requests those that turned out to be another client's. */
  owned: number;
}

/** A request's, from its coming to the end of its answer. */
export class Place {
  readonly #leave: (place: Place) => void;
  readonly #own: (place: Place, name: string) => void;
  readonly client: Client;
  isOwned = false;
  hasLeft = false;
  /** Undefined: it may begin at once. */
  turn: Promise<void> | undefined;
  begin: (() => void) | undefined;
  since = 0;

  constructor(client: Client, leave: (place: Place) => void, own: (place: Place, name: string) => void) {
    this.client = client;
    this.#leave = leave;
    this.#own = own;
  }

  leave(): void {
    this.#leave(this);
  }

  /** The request turns out to be another client's, which asks instead. The place stays with the one that has it. */
  isOf(name: string): void {
    this.#own(this, name);
  }
}

/**
 * Shares this process between the clients that ask at the same time: whoever sends a thousand requests at once waits for
 * a part of them, and who sends one does not wait behind the thousand. A client that is alone is not held back.
 */
export class FairShare implements Disposable {
  readonly #limit: number;
  readonly #clients = new Map<string, Client>();
  readonly #timer: NodeJS.Timeout;
  /** Clients that may have a place for a request of theirs that waits. */
  readonly #freed = new Set<Client>();
  readonly #begunInTurn = new Set<Client>();
  #look = 0;
  /** Clients that asked within the last looks. */
  #asking = 0;

  /** @param limit requests of one client at once, transfers and those that wait included */
  constructor(limit: number) {
    this.#limit = limit;
    this.#timer = setInterval(() => this.#lookAround(), lookEveryMs).unref();
  }

  /** Undefined: the client has too many requests already. Else the place has to be left at the end. */
  enter(name: string): Place | undefined {
    const client = this.#clientOf(name);
    if (client.count >= this.#limit) return undefined;
    client.count += 1;
    const place = new Place(client, this.#leave, this.#own);
    if (this.#mayBeginNow(client)) this.#work(place);
    else {
      place.turn = new Promise((resolve) => {
        place.begin = resolve;
      });
      client.waiting.add(place);
      if (client.working.size < this.#share) this.#callLater(client);
    }
    return place;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  get #share(): number {
    if (this.#asking < 2) return Number.POSITIVE_INFINITY;
    return Math.max(placesForEach, Math.floor(placesForAll / this.#asking));
  }

  /**
   * While several ask, one request of each begins in the turn of the event loop in which it comes. An answer that waits for
   * nothing ends in that turn, so that its place is free for the next that came in it, and a thousand would be one turn.
   */
  #mayBeginNow(client: Client): boolean {
    if (client.waiting.size > 0) return false;
    if (this.#asking < 2) return true;
    if (client.working.size >= this.#share || this.#begunInTurn.has(client)) return false;
    if (this.#begunInTurn.size === 0) setImmediate(() => this.#begunInTurn.clear());
    this.#begunInTurn.add(client);
    return true;
  }

  #clientOf(name: string): Client {
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = { working: new Set(), waiting: new Set(), count: 0, askedAt: never, keptAt: never, owned: 0 };
      this.#clients.set(name, client);
    }
    if (!this.#asks(client)) this.#asking += 1;
    client.askedAt = this.#look;
    return client;
  }

  #asks({ askedAt }: Client): boolean {
    return askedAt > this.#look - forgetAfterLooks;
  }

  readonly #leave = (place: Place): void => {
    const { client } = place;
    place.hasLeft = true;
    client.count -= 1;
    client.working.delete(place);
    if (place.isOwned) client.owned -= 1;
    else client.keptAt = client.askedAt;
    // Of a client that went away meanwhile: whoever waits for the turn finds that out.
    if (client.waiting.delete(place)) place.begin?.();
    if (client.waiting.size > 0) this.#callLater(client);
  };

  /** An address all of whose requests are an account's does not ask: the account would not be alone beside itself. */
  readonly #own = (place: Place, name: string): void => {
    const { client } = place;
    // Signing in may take longer than the client waits for.
    if (place.isOwned || place.hasLeft) return;
    place.isOwned = true;
    client.owned += 1;
    if (client.owned === client.count && this.#asks(client)) {
      client.askedAt = client.keptAt;
      if (!this.#asks(client)) this.#asking -= 1;
    }
    this.#clientOf(name);
  };

  /** One in each turn of the event loop, of each client in its turn: what others sent meanwhile is read before the next. */
  #callLater(client: Client): void {
    if (this.#freed.size === 0) setImmediate(this.#callOne);
    this.#freed.add(client);
  }

  readonly #callOne = (): void => {
    for (const client of this.#freed) {
      this.#freed.delete(client);
      if (this.#callNext(client, 1) > 0) this.#freed.add(client);
      break;
    }
    if (this.#freed.size > 0) setImmediate(this.#callOne);
  };

  #work(place: Place): void {
    place.since = performance.now();
    place.client.working.add(place);
  }

  /** Returns how many began. */
  #callNext(client: Client, most = Number.POSITIVE_INFINITY): number {
    let begun = 0;
    for (const next of client.waiting) {
      if (begun === most || client.working.size >= this.#share) break;
      client.waiting.delete(next);
      this.#work(next);
      next.begin?.();
      begun += 1;
    }
    return begun;
  }

  #lookAround(): void {
    this.#look += 1;
    const longBefore = performance.now() - holdMs;
    this.#asking = 0;
    for (const [name, client] of this.#clients) {
      if (this.#asks(client)) this.#asking += 1;
      else if (client.count === 0) this.#clients.delete(name);
    }
    for (const client of this.#clients.values()) {
      if (client.waiting.size === 0) continue;
      for (const place of client.working) {
        if (place.since > longBefore) break;
        client.working.delete(place);
      }
      this.#callNext(client);
    }
  }
}
