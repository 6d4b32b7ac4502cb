// Repository checks that the compiler and the linter cannot make. Run by `npm run tidy`.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { applyExemptions } from './apply-exemptions.ts';
import { exemptions } from './exemptions.ts';
import { productFiles } from './places.ts';
import { rules } from './rules.ts';
import type { SourceFile, Violation } from './source-file.ts';

const folders = ['src', 'test', 'tools', 'bench', 'web', 'docs/en', 'docs/zh'];
const singleFiles = ['package.json', 'package-lock.json', 'docs/dependencies.md'];
const skipped = /(?:\/node_modules|^test\/.*testdata)$/;
const wanted = /\.(?:[cm]?[jt]s|tsx|md)$/;

function walk(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skipped.test(path) ? [] : walk(root, path);
    return wanted.test(entry.name) ? [path] : [];
  });
}

/** A folder or file that is absent gives nothing; the rules decide whether that is a fault. */
function ifPresent<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

export function readTree(root: string): SourceFile[] {
  const paths = folders.flatMap((folder) => ifPresent(() => walk(root, folder)));
  return [...paths.toSorted(), ...singleFiles].flatMap((path) =>
    ifPresent(() => [{ path, text: readFileSync(join(root, path), 'utf8') }]),
  );
}

function check(files: SourceFile[], today: string): Violation[] {
  const violations = Object.values(rules).flatMap((rule) => rule(files));
  return applyExemptions(violations, exemptions, today).toSorted(
    (a, b) => a.path.localeCompare(b.path, 'en') || a.line - b.line,
  );
}

function main(root: string): number {
  const files = readTree(root);
  const violations = check(files, new Date().toISOString().slice(0, 10));
  for (const { path, line, rule, message } of violations) console.log(`${path}:${line}: ${rule}: ${message}`);
  const source = productFiles(files).length;
  console.log(`tidy: ${files.length} files seen (${source} of src), ${violations.length} violations`);
  return violations.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main(resolve(process.argv[2] ?? '.'));
