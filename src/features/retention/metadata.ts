import { repositoryDecorations, type Template, tagDecorations, templates } from './plan/policy.ts';

const text = { type: 'string' } as const;
const selectorSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: { display_text: text, kind: text, decorations: { type: 'array', items: text } },
  },
} as const;

export const metadataSchema = {
  type: 'object',
  properties: {
    templates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          rule_template: text,
          display_text: text,
          action: text,
          params: {
            type: 'array',
            items: { type: 'object', properties: { type: text, unit: text, required: { type: 'boolean' } } },
          },
        },
      },
    },
    scope_selectors: selectorSchema,
    tag_selectors: selectorSchema,
  },
} as const;

/** Harbor takes them, and offers them nowhere. */
const unlisted: ReadonlySet<string> = new Set<Template>(['latestActiveK', 'lastXDays']);

/** What a policy may be made of: Harbor's first, then what is beyond it. */
export const retentionMetadata = {
  templates: Object.entries(templates)
    .filter(([name]) => !unlisted.has(name))
    .map(([name, { unit, display }]) => ({
      rule_template: name,
      display_text: display,
      action: 'retain',
      params: unit === undefined ? [] : [{ type: 'int', unit, required: true }],
    })),
  scope_selectors: selectorsOf('Repositories', repositoryDecorations),
  tag_selectors: selectorsOf('Tags', tagDecorations),
};

function selectorsOf(display: string, kinds: Readonly<Record<string, readonly string[]>>) {
  return Object.entries(kinds).map(([kind, decorations]) => ({ display_text: display, kind, decorations }));
}
