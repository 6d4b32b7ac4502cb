// Which file may import which file.

import { whyNot } from './floors.ts';
import {
  isRelative,
  isTest,
  isTestCode,
  isTestSupport,
  matchesAny,
  type Place,
  placeOf,
  rankOf,
  resolveRelative,
} from './places.ts';
import { threadModules } from './policy.ts';
import { isCode, parse, type Rule, type SourceFile, type Violation } from './source-file.ts';

type Edge = { from: Place; to: Place; line: number; typeOnly: boolean; dynamic: boolean };

/** Every relative import, dynamic and type-only ones too. */
export function edgesOf(file: SourceFile): Edge[] {
  const from = placeOf(file.path);
  return parse(file).imports.flatMap(({ specifier, line, typeOnly, dynamic }) => {
    if (specifier === undefined || !isRelative(specifier)) return [];
    return [{ from, to: placeOf(resolveRelative(file.path, specifier)), line, typeOnly, dynamic }];
  });
}

/** Applies a judgement to each import between two files of `src`. */
function judge(rule: string, why: (edge: Edge) => string | undefined): Rule {
  return (files) =>
    files.filter(isCode).flatMap((file) =>
      edgesOf(file).flatMap((edge): Violation[] => {
        if (!edge.from.path.startsWith('src/') || !edge.to.path.startsWith('src/')) return [];
        const reason = why(edge);
        if (reason === undefined) return [];
        return [{ rule, path: file.path, line: edge.line, message: `imports ${edge.to.path}: ${reason}` }];
      }),
    );
}

const floor = judge('import-floor', (edge) => {
  if (isTestCode(edge.from.path)) return undefined;
  return isTestCode(edge.to.path) ? undefined : whyNot(edge);
});

const testFloor = judge('import-test-floor', ({ from, to }) => {
  if (!isTestCode(from.path) || isTestSupport(to.path) || to.floor === 'app') return undefined;
  if (rankOf(to) <= rankOf(from)) return undefined;
  return 'a test imports its own floor and lower ones: move the test up, or test through a port';
});

const testCode = judge('import-test-code', ({ from, to }) => {
  if (!isTestCode(from.path) && isTestCode(to.path))
    return 'only tests import test code: move the shared part out of it';
  if (isTestCode(from.path) && to.path.endsWith('.test.ts'))
    return 'a test imports no other test: move the shared part to a *.testing.ts file';
  return undefined;
});

const frontDoor = judge('import-front-door', ({ from, to }) => {
  if (to.floor !== 'features' || from.unit === to.unit || isTestCode(from.path)) return undefined;
  const door = `${to.unit}/${to.folder}.ts`;
  const entersThread = from.floor === 'main' && matchesAny(to.path, threadModules);
  return to.path === door || entersThread ? undefined : `enter the feature through ${door}`;
});

const step = judge('import-step', ({ from, to }) => {
  if (!to.path.endsWith('-step.ts') || isTestCode(from.path) || sharesOwner(from, to)) return undefined;
  return `a step runs on its own floor only (${to.floor}): call the use case that contains it`;
});

const writes = judge('import-writes', ({ from, to }) => {
  if (!to.path.endsWith('-writes.ts') || isTestCode(from.path) || sharesOwner(from, to)) return undefined;
  return `writes belong to the floor that owns the tables (${to.floor}): call its use case`;
});

/** Same floor; a feature owns its own tables and nothing beside it. */
function sharesOwner(from: Place, to: Place): boolean {
  return from.floor === to.floor && (to.floor !== 'features' || from.unit === to.unit);
}

const privateFiles = judge('import-private', ({ from, to }) => {
  if (!/\/(?:routes|job)\.ts$/.test(to.path) || isTestCode(from.path)) return undefined;
  if (from.unit === to.unit || from.floor === 'app' || to.floor === 'platform') return undefined;
  return 'routes.ts and job.ts are returned by the front door of their folder: import a use case';
});

const outside: Rule = (files) =>
  files.filter(isCode).flatMap((file) =>
    edgesOf(file).flatMap(({ to, line }): Violation[] => {
      const message = whyNotAcross(file.path, to.path);
      return message === undefined ? [] : [{ rule: 'import-outside', path: file.path, line, message }];
    }),
  );

function whyNotAcross(from: string, to: string): string | undefined {
  const toSource = to.startsWith('src/');
  if (!from.startsWith('src/')) {
    // Parsers of all floors, and the check of a right, a hundred thousand times: no server could be driven that often.
    if (from.startsWith('test/fuzz/') || from === 'bench/permission.ts') return undefined;
    return toSource ? `imports ${to}: drive the server through HTTP or the command line instead` : undefined;
  }
  // The version that the server reports.
  if (toSource || to === 'package.json') return undefined;
  return `imports ${to}: src imports src only, move the file below it`;
}

const alias: Rule = (files) =>
  files.filter(isCode).flatMap((file) =>
    parse(file).imports.flatMap(({ specifier, line }): Violation[] => {
      const message = specifier === undefined ? undefined : whyNotSpecifier(specifier);
      return message === undefined ? [] : [{ rule: 'import-alias', path: file.path, line, message }];
    }),
  );

function whyNotSpecifier(specifier: string): string | undefined {
  if (/^(?:[#/~]|@\/|berth(?:\/|$))/.test(specifier) || /^(?:file|data|https?):/.test(specifier)) {
    return `${specifier} is an alias: write the relative path`;
  }
  if (!isRelative(specifier) || /\.(?:tsx?|json)$/.test(specifier)) return undefined;
  return `${specifier} has no extension: end it with .ts`;
}

const literal: Rule = (files) =>
  files
    .filter((file) => isCode(file) && file.path.startsWith('src/') && !isTest(file.path))
    .flatMap((file) =>
      parse(file)
        .imports.filter(({ specifier }) => specifier === undefined)
        .map(({ line }) => ({
          rule: 'import-literal',
          path: file.path,
          line,
          message: 'the imported name is computed: write a table of import() calls with plain strings',
        })),
    );

const consoleRoot = 'web/src/';

/** Folders that a part may import beside its own; the entry imports all. */
const belowPart: Readonly<Record<string, readonly string[]>> = {
  ui: [],
  api: ['ui'],
  pages: ['api', 'ui'],
  shell: ['api', 'ui'],
};

const consoleDirection: Rule = (files) =>
  files
    .filter((file) => isCode(file) && file.path.startsWith(consoleRoot))
    .flatMap((file) =>
      parse(file).imports.flatMap(({ specifier, line }): Violation[] => {
        if (specifier === undefined || !isRelative(specifier)) return [];
        const message = whyNotInConsole(file.path, resolveRelative(file.path, specifier));
        return message === undefined ? [] : [{ rule: 'console-direction', path: file.path, line, message }];
      }),
    );

function whyNotInConsole(from: string, to: string): string | undefined {
  if (!to.startsWith(consoleRoot)) return `imports ${to}: the console knows the server through HTTP only`;
  const [part = '', page] = from.slice(consoleRoot.length).split('/');
  const [toPart = '', toPage] = to.slice(consoleRoot.length).split('/');
  if (part === 'pages' && toPart === 'pages' && page !== toPage)
    return `imports ${to}: a page imports no other page, move the shared part to ui or api`;
  const allowed = belowPart[part];
  if (allowed === undefined || toPart === part || allowed.includes(toPart)) return undefined;
  return `imports ${to}: ${part} imports ${allowed.join(' and ') || 'nothing beside itself'}`;
}

export const importRules = {
  'console-direction': consoleDirection,
  'import-floor': floor,
  'import-test-floor': testFloor,
  'import-test-code': testCode,
  'import-front-door': frontDoor,
  'import-step': step,
  'import-writes': writes,
  'import-private': privateFiles,
  'import-outside': outside,
  'import-alias': alias,
  'import-literal': literal,
} satisfies Record<string, Rule>;
