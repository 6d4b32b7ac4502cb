import { findModules, type Modules } from './modules.ts';
import { type Scan, scan } from './scan.ts';

/** A file as a rule sees it; the path is relative to the root of the repository, with `/`. */
export type SourceFile = { path: string; text: string };

export type Violation = { rule: string; path: string; line: number; message: string };

export type Rule = (files: SourceFile[]) => Violation[];

type Parsed = Scan & Modules;

// Every rule asks for the same parts of the same file.
const parsed = new WeakMap<SourceFile, Parsed>();

export function parse(file: SourceFile): Parsed {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const scanned = scan(file.text);
  const fresh = { ...scanned, ...findModules(scanned.tokens) };
  parsed.set(file, fresh);
  return fresh;
}

export function isCode(file: SourceFile): boolean {
  return /\.(?:[cm]?[jt]s|tsx)$/.test(file.path);
}
