import { escapeHtml } from '../../lib/text/escape-html.ts';
import type { Language } from '../../lib/text/language.ts';
import type { BuiltManifest } from '../../platform/http/static/built-files.ts';
import { consoleTexts } from './text.ts';

export type Theme = 'light' | 'dark' | 'auto';

export interface IndexInput {
  readonly manifest: BuiltManifest;
  readonly language: Language;
  readonly theme: Theme;
  /** Whether the browser has a session, as far as its cookies tell: without one the page need not ask. */
  readonly signedIn: boolean;
  readonly nonce: string;
  /** The path below which the browser has this server; empty: at the root. */
  readonly prefix: string;
}

/** The one page of the console: language and theme are right before any script runs. */
export function renderIndex(input: IndexInput): string {
  const { manifest, language, theme, signedIn, nonce, prefix } = input;
  const assets = `${prefix}/assets`;
  const preload = manifest.preload.map(
    (name) => `<link rel="modulepreload" href="${assets}/${name}" nonce="${nonce}">\n`,
  );
  return `<!DOCTYPE html>
<html lang="${language === 'zh' ? 'zh-Hans' : 'en'}" data-theme="${theme}" data-signed-in="${signedIn ? 'yes' : 'no'}"${prefix === '' ? '' : ` data-prefix="${prefix}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Berth</title>
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
