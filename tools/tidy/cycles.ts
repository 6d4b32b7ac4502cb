// No circles, neither among files nor among second-level folders; imports of types count.

import { edgesOf } from './imports.ts';
import { isTestCode, placeOf } from './places.ts';
import { isCode, type Rule, type SourceFile, type Violation } from './source-file.ts';

type Link = { to: string; path: string; line: number };

type Graph = Map<string, Link[]>;

function graphOf(files: SourceFile[], nodeOf: (path: string) => string): Graph {
  const graph: Graph = new Map();
  for (const file of files) {
    const node = nodeOf(file.path);
    const links = graph.get(node) ?? [];
    graph.set(node, links);
    for (const { to, line } of edgesOf(file)) {
      const target = nodeOf(to.path);
      if (target !== node || target === to.path) links.push({ to: target, path: file.path, line });
    }
  }
  return graph;
}

/** The shortest way from a node back to itself. */
function circleThrough(graph: Graph, start: string): Link[] | undefined {
  const queue: Link[][] = (graph.get(start) ?? []).map((link) => [link]);
  const seen = new Set<string>();
  for (let way = queue.shift(); way !== undefined; way = queue.shift()) {
    const end = way.at(-1)?.to ?? start;
    if (end === start) return way;
    if (seen.has(end)) continue;
    seen.add(end);
    for (const link of graph.get(end) ?? []) queue.push([...way, link]);
  }
  return undefined;
}

/** One violation for each circle; nodes of a circle already told are not told again. */
function circles(rule: string, graph: Graph, advice: string): Violation[] {
  const told = new Set<string>();
  const violations: Violation[] = [];
  for (const start of [...graph.keys()].toSorted()) {
    const circle = told.has(start) ? undefined : circleThrough(graph, start);
    const [first] = circle ?? [];
    if (circle === undefined || first === undefined) continue;
    for (const link of circle) told.add(link.to);
    const names = [start, ...circle.map((link) => link.to)].join(' → ');
    violations.push({ rule, path: first.path, line: first.line, message: `${names}: ${advice}` });
  }
  return violations;
}

const fileCycles: Rule = (files) =>
  circles(
    'cycle-files',
    graphOf(files.filter(isCode), (path) => path),
    'move what both need into a third file',
  );

const folderCycles: Rule = (files) => {
  const product = files.filter(
    (file) => isCode(file) && file.path.startsWith('src/') && !isTestCode(file.path),
  );
  return circles(
    'cycle-folders',
    graphOf(product, (path) => placeOf(path).unit),
    'move what both need into the lower folder, or turn the import round with a port',
  );
};

export const cycleRules = {
  'cycle-files': fileCycles,
  'cycle-folders': folderCycles,
} satisfies Record<string, Rule>;
