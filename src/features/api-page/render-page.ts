import { escapeHtml } from '../../lib/text/escape-html.ts';
import type { Language } from '../../lib/text/language.ts';
import type { ApiRoute, Parameter } from '../../platform/http/api/api-route.ts';
import type { Schema } from '../../platform/http/api/schema.ts';
import { pageTexts } from './text.ts';

/** The operations as a page that needs no script. */
/** @param prefix the path below which the browser has this server */
export function renderPage(routes: readonly ApiRoute[], lang: Language, prefix: string): string {
  const say = (key: keyof typeof pageTexts): string => escapeHtml(pageTexts[key][lang]);
  const groups = Map.groupBy(routes, ({ tag }) => tag);
  const names = [...groups.keys()].toSorted();
  const links = names.map((name) => `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`).join('\n');
  const sections = names.map((name) => {
    const operations = (groups.get(name) ?? []).toSorted(byAddress).map((route) => operation(route, say));
    return `<section id="${escapeHtml(name)}">\n<h2>${escapeHtml(name)}</h2>\n${operations.join('\n')}\n</section>`;
  });
  const other = lang === 'en' ? 'zh' : 'en';
  return `<!DOCTYPE html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${say('title')}</title>
<link rel="stylesheet" href="${prefix}/devcenter-api-2.0/style.css">
</head>
<body>
<header>
<h1>${say('title')}</h1>
<p>${say('intro')}</p>
<p><a href="${prefix}/api/openapi.json">${say('document')}</a> · <a href="?lang=${other}" lang="${other}">${say('other')}</a></p>
</header>
<nav aria-label="${say('groups')}">
${links}
</nav>
<main>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

type Say = (key: keyof typeof pageTexts) => string;

function byAddress(a: ApiRoute, b: ApiRoute): number {
  const [one, other] = [`${a.path} ${a.method}`, `${b.path} ${b.method}`];
  return one < other ? -1 : Number(one > other);
}

function operation(route: ApiRoute, say: Say): string {
  const parameters = Object.entries(route.parameters);
  const answers = Object.entries(route.answers).map(
    ([status, { description, schema }]) =>
      `<li>${status}: ${escapeHtml(description)}${schema === undefined ? '' : shape(schema)}</li>`,
  );
  return `<details id="${escapeHtml(route.operationId)}">
<summary><span class="method">${route.method}</span> <code>${escapeHtml(route.path)}</code> ${escapeHtml(route.summary)}</summary>
<p><code>${escapeHtml(route.operationId)}</code>. ${say('needs')}: ${escapeHtml(route.needs)}.</p>
${parameters.length === 0 ? '' : table(parameters, say)}
${route.body === undefined ? '' : `<h3>${say('body')}</h3>\n${shape(route.body.schema)}`}
<h3>${say('answers')}</h3>
<ul>${answers.join('')}</ul>
<p>${say('refusals')}: ${[...route.refusals].toSorted((a, b) => a - b).join(', ') || '–'}</p>
</details>`;
}

function table(parameters: readonly [string, Parameter][], say: Say): string {
  const rows = parameters.map(([name, { in: place, required, schema, description }]) => {
    const needed = required === true ? ` (${say('required')})` : '';
    return `<tr><td><code>${escapeHtml(name)}</code>${needed}</td><td>${place}</td><td>${typeName(schema)}</td><td>${escapeHtml(description)}</td></tr>`;
  });
  const head = (['name', 'place', 'type', 'meaning'] as const).map(
    (key) => `<th scope="col">${say(key)}</th>`,
  );
  return `<h3>${say('parameters')}</h3>\n<table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function typeName(schema: Schema): string {
  return 'format' in schema && schema.format !== undefined
    ? `${schema.type} (${schema.format})`
    : schema.type;
}

function shape(schema: Schema): string {
  return `${kindOf(schema)}${fieldsOf(schema)}`;
}

function kindOf(schema: Schema): string {
  if (schema.type === 'array') return ` array${kindOf(schema.items)}`;
  if (schema.type !== 'object') return ` ${typeName(schema)}`;
  return 'additionalProperties' in schema ? ` object of ${typeName(schema.additionalProperties)}` : '';
}

function fieldsOf(schema: Schema): string {
  if (schema.type === 'array') return fieldsOf(schema.items);
  if (schema.type !== 'object' || 'additionalProperties' in schema) return '';
  const fields = Object.entries(schema.properties).map(([name, field]) => {
    const told = field.description === undefined ? '' : `: ${escapeHtml(field.description)}`;
    return `<li><code>${escapeHtml(name)}</code>${kindOf(field)}${told}${fieldsOf(field)}</li>`;
  });
  return `<ul>${fields.join('')}</ul>`;
}
