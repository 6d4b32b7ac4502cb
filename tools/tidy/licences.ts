// What packages may be had under, and that the list of run-time dependencies says the same as package-lock.json.

import { dependenciesOf } from './packages.ts';
import type { Rule, Violation } from './source-file.ts';

const lockPath = 'package-lock.json';
const listPath = 'docs/dependencies.md';

/** They ask for no more than their notice, which goes with the bundle. */
const allowed = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
];

/** Of what only checks: nothing of it ships, in no form. */
const allowedForChecks = ['MPL-2.0'];

interface Locked {
  readonly license?: string;
  /** Nothing that is installed to run needs it. */
  readonly dev?: boolean;
  /** A folder of this repository. */
  readonly link?: boolean;
}

/** By the place of the package, as in `node_modules/pg`. */
function packagesOf(text: string): [place: string, Locked][] {
  const lock = JSON.parse(text) as { readonly packages?: Readonly<Record<string, Locked>> };
  return Object.entries(lock.packages ?? {}).filter(
    ([place, { link }]) => place.includes('node_modules/') && link !== true,
  );
}

/** An SPDX expression: each part that is joined by AND, and one of those joined by OR. */
function isAllowed(expression: string): boolean {
  const terms = expression.replaceAll(/[()]/g, '').split(' AND ');
  return terms.every((term) => term.split(' OR ').some((licence) => allowed.includes(licence.trim())));
}

const licence: Rule = (files) => {
  const lock = files.find(({ path }) => path === lockPath);
  if (lock === undefined) return [];
  const lines = lock.text.split('\n');
  return packagesOf(lock.text)
    .filter(
      ([, { license, dev }]) =>
        license === undefined ||
        !(isAllowed(license) || (dev === true && allowedForChecks.includes(license))),
    )
    .map(([place, { license = 'none' }]) => ({
      rule: 'licence',
      path: lockPath,
      line: lines.findIndex((line) => line.includes(`"${place}": {`)) + 1,
      message: `the licence of ${place} is ${license}: use another package, or allow it in tools/tidy/licences.ts`,
    }));
};

const licenceList: Rule = (files) => {
  const lock = files.find(({ path }) => path === lockPath);
  const list = files.find(({ path }) => path === listPath);
  if (lock === undefined || list === undefined) return [];
  const locked = new Map(packagesOf(lock.text));
  const rows = list.text.split('\n');
  return (dependenciesOf(files, 'dependencies') ?? []).flatMap((name): Violation[] => {
    const index = rows.findIndex((row) => row.startsWith(`| \`${name}\` |`));
    const said = rows[index]?.split('|').at(-2)?.trim();
    const license = locked.get(`node_modules/${name}`)?.license ?? 'none';
    // A missing row is another rule's.
    if (index === -1 || said === license) return [];
    const message = `${said} is not the licence of ${name}: write ${license}`;
    return [{ rule: 'licence-list', path: listPath, line: index + 1, message }];
  });
};

export const licenceRules = { licence, 'licence-list': licenceList } satisfies Record<string, Rule>;
