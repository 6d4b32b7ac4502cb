import { escapeHtml } from '../../lib/text/escape-html.ts';
import type { Language } from '../../lib/text/language.ts';
import type { BuiltManifest } from '../../platform/http/static/built-files.ts';
import { consoleTexts } from './text.ts';

export type Theme = 'light' | 'dark' | 'auto';

/** The account that is signed in; `unknown`: the browser has a cookie, and it could not be asked whose. */
export type IndexSession = object | 'none' | 'unknown';

export interface IndexInput {
  readonly manifest: BuiltManifest;
  /** Of the address, without its query. */
  readonly path: string;
  readonly language: Language;
  readonly theme: Theme;
  readonly session: IndexSession;
  /** Of the session, for the first change: answers bring the next ones. */
  readonly csrfToken?: string | undefined;
  readonly nonce: string;
  /** The path below which the browser has this server; empty: at the root. */
  readonly prefix: string;
}

/**
 * The one page of the console: language and theme are right before any script runs, what the address needs is asked for
 * together with the script that would ask for it, and who is signed in need not be asked for at all.
 */
export function renderIndex(input: IndexInput): string {
  const { manifest, path, language, theme, session, csrfToken, nonce, prefix } = input;
  const assets = `${prefix}/assets`;
  const ofPath = manifest.pages.find(({ pattern }) => new RegExp(pattern).test(path))?.scripts ?? [];
  // Six at a time over HTTP/1.1: what begins without the page's own parts is not behind them.
  const preload = [...manifest.preload, manifest.entry, ...ofPath].map(
    (name) => `<link rel="modulepreload" href="${assets}/${name}" nonce="${nonce}">\n`,
  );
  const token = csrfToken === undefined ? '' : ` data-csrf="${escapeHtml(csrfToken)}"`;
  const of = prefix === '' ? '' : ` data-prefix="${prefix}"`;
  const user = typeof session === 'object' ? ` data-user="${escapeHtml(JSON.stringify(session))}"` : '';
  return `<!DOCTYPE html>
<html lang="${language === 'zh' ? 'zh-Hans' : 'en'}" data-theme="${theme}" data-signed-in="${session === 'none' ? 'no' : 'yes'}"${user}${token}${of}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Berth</title>
<script nonce="${nonce}">${manifest.first}</script>
<link rel="icon" href="${assets}/${iconOf(manifest)}" type="image/svg+xml">
<link rel="stylesheet" href="${assets}/${manifest.style}">
${preload.join('')}<script type="module" src="${assets}/${manifest.entry}" nonce="${nonce}"></script>
</head>
<body>
<div id="root"></div>
<noscript>${escapeHtml(consoleTexts.needsScript[language])}</noscript>
</body>
</html>
`;
}

function iconOf({ files }: BuiltManifest): string {
  return files.find((name) => /^icon-.*\.svg$/.test(name)) ?? '';
}

/** Runs and loads what this server serves, and nothing that a page was talked into. */
export function policyFor(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
