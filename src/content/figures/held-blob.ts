export interface Place {
  readonly repositoryId: number;
  readonly projectId: number;
}

/** What holds a blob, gathered link by link, artifact by artifact. */
export class HeldBlob {
  /** By id, whether something live in it needs the blob, or whether only its trash or a left link does. */
  readonly repositories = new Map<number, boolean>();
  readonly projects = new Map<number, boolean>();
  /** Something live needs it. */
  serves = false;
  /** Something in the trash needs it. */
  trashed = false;
  #releasedAt = 0;
  /** Links that go with their deleted repository, by its id. */
  readonly #links = new Map<number, number>();
  /** Where artifacts say how long: their links go with them. */
  readonly #held = new Set<number>();

  addLink(place: Place, is: { readonly serves: boolean; readonly until: number | undefined }): void {
    this.#add(place, is.serves);
    if (is.until === undefined) return;
    this.trashed = true;
    this.#links.set(place.repositoryId, is.until);
  }

  /** An artifact that is the blob, or refers to it. `until`: it is in the trash so long. */
  addArtifact(place: Place, until: number | undefined): void {
    this.#add(place, until === undefined);
    this.#held.add(place.repositoryId);
    if (until === undefined) return;
    this.trashed = true;
    this.#releasedAt = Math.max(this.#releasedAt, until);
  }

  /** When the last of the trash that needs it ends; infinite while a repository is being emptied. */
  get releasedAt(): number {
    const links = [...this.#links].flatMap(([id, until]) => (this.#held.has(id) ? [] : [until]));
    return Math.max(this.#releasedAt, ...links);
  }

  #add({ repositoryId, projectId }: Place, serves: boolean): void {
    this.serves ||= serves;
    for (const [map, id] of [
      [this.repositories, repositoryId],
      [this.projects, projectId],
    ] as const)
      map.set(id, serves || map.get(id) === true);
  }
}
