/** Something of a repository that is removed as one: a tag, an artifact, or all that no tag stands for. */
interface Node {
  /** Without this node the node is gone: the nearest such. */
  parent: number;
  depth: number;
  /** Bytes that go with it and with none below it. */
  bytes: number;
}

export interface GraphArtifact {
  readonly id: number;
  /** The artifacts of the repository that list it, or that it is about. */
  readonly owners: readonly number[];
  /** The tags that hold it; none of them holds an accessory, which goes with what it is about. */
  readonly tagIds: readonly number[];
}

/** Nothing in the repository goes alone with what hangs here: it is held by several. */
const root = 0;
/** All artifacts that nothing holds. */
const untagged = 1;

/**
 * What goes with what: an artifact goes with a tag when all that holds the artifact goes with that tag. Bytes belong to
 * the nearest node that all who need them go with (a tree of dominators), so that a tag's sum is what its removal frees.
 */
export class RepositoryGraph {
  readonly #nodes: Node[] = [
    { parent: -1, depth: 0, bytes: 0 },
    { parent: root, depth: 1, bytes: 0 },
  ];
  readonly #byArtifact = new Map<number, number>();
  readonly #byTag = new Map<number, number>();
  readonly #given: ReadonlyMap<number, GraphArtifact>;

  constructor(artifacts: readonly GraphArtifact[]) {
    this.#given = new Map(artifacts.map((artifact) => [artifact.id, artifact]));
    for (const { tagIds } of artifacts) for (const id of tagIds) this.#byTag.set(id, this.#add(root));
    for (const { id } of artifacts) this.#place(id);
  }

  /** Adds the size of a blob, of which these artifacts are all that need it. */
  add(artifactIds: Iterable<number>, bytes: number): void {
    const node = this.#commonOf(artifactIds);
    const at = node === undefined ? undefined : this.#nodes[node];
    if (at !== undefined) at.bytes += bytes;
  }

  /** False: no single thing that could be removed here has all of these. */
  goesWithOne(artifactIds: Iterable<number>): boolean {
    return (this.#commonOf(artifactIds) ?? root) !== root;
  }

  /** By tag and by artifact, what goes with it; and what goes with all untagged artifacts. */
  sums(): {
    readonly tags: ReadonlyMap<number, number>;
    readonly artifacts: ReadonlyMap<number, number>;
    readonly untagged: number;
  } {
    const sums = this.#nodes.map(({ bytes }) => bytes);
    const deepestFirst = this.#nodes
      .map((_, index) => index)
      .toSorted((a, b) => this.#depth(b) - this.#depth(a));
    for (const index of deepestFirst) {
      const { parent } = this.#nodes[index] ?? { parent: -1 };
      if (parent > root) sums[parent] = (sums[parent] ?? 0) + (sums[index] ?? 0);
    }
    const sumsOf = (nodes: ReadonlyMap<number, number>) =>
      new Map([...nodes].map(([id, node]) => [id, sums[node] ?? 0]));
    return {
      tags: sumsOf(this.#byTag),
      artifacts: sumsOf(this.#byArtifact),
      untagged: sums[untagged] ?? 0,
    };
  }

  #add(parent: number): number {
    return this.#nodes.push({ parent, depth: this.#depth(parent) + 1, bytes: 0 }) - 1;
  }

  #depth(node: number): number {
    return this.#nodes[node]?.depth ?? 0;
  }

  #commonOf(artifactIds: Iterable<number>): number | undefined {
    let common: number | undefined;
    for (const id of artifactIds) {
      const node = this.#byArtifact.get(id) ?? root;
      common = common === undefined ? node : this.#meet(common, node);
    }
    return common;
  }

  #meet(one: number, other: number): number {
    let [a, b] = [one, other];
    while (a !== b) {
      if (this.#depth(a) < this.#depth(b)) [a, b] = [b, a];
      a = this.#nodes[a]?.parent ?? root;
    }
    return a;
  }

  /** Owners first. Tags can name each other's artifacts as what they are about: such a ring goes with nothing. */
  #place(start: number): void {
    const open: number[] = [start];
    const entered = new Set<number>();
    for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
      const artifact = this.#given.get(id);
      if (artifact === undefined || this.#byArtifact.has(id)) {
        open.pop();
        continue;
      }
      const missing = artifact.owners.filter(
        (owner) => this.#given.has(owner) && !this.#byArtifact.has(owner),
      );
      if (missing.length > 0 && !entered.has(id)) {
        entered.add(id);
        open.push(...missing);
        continue;
      }
      open.pop();
      this.#byArtifact.set(id, this.#add(missing.length > 0 ? root : this.#holderOf(artifact)));
    }
  }

  #holderOf({ owners, tagIds }: GraphArtifact): number {
    const holders = [
      ...owners.map((owner) => this.#byArtifact.get(owner) ?? root),
      ...tagIds.map((id) => this.#byTag.get(id) ?? root),
    ];
    const [first, ...rest] = holders;
    if (first === undefined) return untagged;
    return rest.reduce((common, holder) => this.#meet(common, holder), first);
  }
}
