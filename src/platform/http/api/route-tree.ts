import type { ApiRoute } from './api-route.ts';

export type Found =
  | { readonly route: ApiRoute; readonly values: Readonly<Record<string, string>> }
  /** The address exists, with other methods. */
  | { readonly methods: readonly string[] };

interface Node {
  readonly literal: Map<string, Node>;
  /** For any one segment. */
  named: Node | undefined;
  readonly byMethod: Map<string, ApiRoute>;
}

/** The addresses of the API, put together once: finding one takes as long as it has segments. */
export class RouteTree {
  readonly #root = makeNode();

  /** @throws Error when two routes have one address and method */
  constructor(routes: readonly ApiRoute[]) {
    for (const route of routes) {
      const node = segmentsOf(route.path).reduce(childFor, this.#root);
      if (node.byMethod.has(route.method)) throw new Error(`two routes: ${route.method} ${route.path}`);
      node.byMethod.set(route.method, route);
    }
  }

  /**
   * Repeated and trailing slashes do not count. A slash that is percent-encoded is part of a name, which is decoded
   * once. A word comes before a name: `users/current` before `users/{id}`.
   */
  find(method: string, path: string): Found | undefined {
    const segments = segmentsOf(path);
    const node = lookUp(this.#root, segments, 0);
    if (node === undefined) return undefined;
    const route = node.byMethod.get(method);
    if (route === undefined) return { methods: [...node.byMethod.keys()].toSorted() };
    const values = segmentsOf(route.path).flatMap((name, index): [string, string][] =>
      isName(name) ? [[name.slice(1, -1), decodeURIComponent(segments[index] ?? '')]] : [],
    );
    return { route, values: Object.fromEntries(values) };
  }
}

export function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function makeNode(): Node {
  return { literal: new Map(), named: undefined, byMethod: new Map() };
}

function childFor(node: Node, segment: string): Node {
  if (isName(segment)) {
    node.named ??= makeNode();
    return node.named;
  }
  const known = node.literal.get(segment);
  if (known !== undefined) return known;
  const made = makeNode();
  node.literal.set(segment, made);
  return made;
}

/** Each node is tried once at most, and none is deeper than the declared addresses. */
function lookUp(node: Node, segments: readonly string[], depth: number): Node | undefined {
  const segment = segments[depth];
  if (segment === undefined) return node.byMethod.size === 0 ? undefined : node;
  const literal = node.literal.get(segment);
  const found = literal === undefined ? undefined : lookUp(literal, segments, depth + 1);
  return found ?? (node.named === undefined ? undefined : lookUp(node.named, segments, depth + 1));
}

function isName(segment: string): boolean {
  return segment.startsWith('{');
}
