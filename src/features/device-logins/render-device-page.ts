import { escapeHtml } from '../../lib/text/escape-html.ts';
import { fill, type Language } from '../../lib/text/language.ts';
import { devicePageTexts } from './text.ts';

type TextName = keyof typeof devicePageTexts;

/** What the page shows; everything in it is text, not HTML. */
export type DeviceView =
  | { readonly kind: 'sign-in' | 'code'; readonly code: string; readonly problem?: TextName }
  | { readonly kind: 'done'; readonly approved: boolean }
  | {
      readonly kind: 'question';
      readonly code: string;
      readonly user: string;
      readonly csrf: string;
      readonly facts: Readonly<Record<'itsName' | 'address' | 'client' | 'since', string>>;
    };

/**
 * A page that needs no script.
 * @param prefix the path below which the browser has this server
 */
export function renderDevicePage(view: DeviceView, lang: Language, prefix: string): string {
  const page = `${prefix}/device`;
  const say = (name: TextName, values: Readonly<Record<string, string>> = {}): string =>
    escapeHtml(fill(devicePageTexts[name][lang], values));
  const other = lang === 'en' ? 'zh' : 'en';
  const code = 'code' in view ? `&amp;code=${encodeURIComponent(view.code)}` : '';
  return `<!DOCTYPE html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Berth: ${say('title')}</title>
<link rel="stylesheet" href="${page}/style.css">
</head>
<body>
<header><h1>${say('title')}</h1>
<p><a href="${page}?lang=${other}${code}" lang="${other}">${say('other')}</a></p></header>
<main>
${mainOf(view, lang, { say, page })}
</main>
</body>
</html>
`;
}

type Say = (name: TextName, values?: Readonly<Record<string, string>>) => string;

interface SayOnPage {
  readonly say: Say;
  /** Its address. */
  readonly page: string;
}

function mainOf(view: DeviceView, lang: Language, { say, page }: SayOnPage): string {
  switch (view.kind) {
    case 'done':
      return `<p role="status">${say(view.approved ? 'approved' : 'denied')}</p>`;
    case 'sign-in':
      return `${problemOf(view, say)}<p>${say('signIn')}</p>
<form method="post" action="${page}/sign-in">
${hidden({ code: view.code, lang })}
<label>${say('name')} <input name="principal" autocomplete="username" required autofocus></label>
<label>${say('password')} <input name="password" type="password" autocomplete="current-password" required></label>
<button>${say('signInButton')}</button>
</form>`;
    case 'code':
      return `${problemOf(view, say)}<form method="get" action="${page}">
${hidden({ lang })}
<label>${say('code')} <input name="code" value="${escapeHtml(view.code)}" placeholder="XXXX-XXXX" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus></label>
<button>${say('goOn')}</button>
</form>`;
    case 'question':
      return questionOf(view, lang, { say, page });
  }
}

function questionOf(
  view: DeviceView & { kind: 'question' },
  lang: Language,
  { say, page }: SayOnPage,
): string {
  const { code, user, csrf, facts } = view;
  const rows = (['itsName', 'address', 'client', 'since'] as const).map(
    (name) => `<dt>${say(name)}</dt><dd>${escapeHtml(facts[name])}</dd>`,
  );
  return `<p class="code">${escapeHtml(code)}</p>
<p>${say('asks', { user })}</p>
<dl>${rows.join('\n')}</dl>
<p>${say('gets', { user })}</p>
<p><strong>${say('warning')}</strong></p>
<form method="post" action="${page}">
${hidden({ code, csrf, lang })}
<button name="answer" value="approve">${say('approve')}</button>
<button name="answer" value="deny">${say('deny')}</button>
</form>`;
}

function problemOf({ problem }: { readonly problem?: TextName }, say: Say): string {
  return problem === undefined ? '' : `<p role="alert">${say(problem)}</p>\n`;
}

function hidden(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('\n');
}
