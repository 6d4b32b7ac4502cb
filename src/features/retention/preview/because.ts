import type { Reason } from '../plan/evaluate.ts';

const number = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;

/** Each kind of reason by a word that stays, whatever the sentence becomes. */
const words = {
  rule: 'rule',
  'no rule keeps it': 'no-rule',
  'no rule covers the repository': 'not-covered',
  'immutable tag': 'immutable',
  'protected tag': 'protected',
  'in use': 'in-use',
  'list has ended': 'in-use-ended',
  'pulled lately': 'pulled',
  'listed by an index that stays': 'in-index',
  untagged: 'untagged',
} as const satisfies Record<Reason['kind'], string>;

export const becauseSchema = {
  type: 'object',
  description: 'What `reason` says, for programs that say it in other words.',
  properties: {
    kind: { type: 'string', enum: Object.values(words) },
    rule: {
      ...number,
      description: 'Its place in the policy; of a tag that must stay: its id in the project.',
    },
    template: text,
    number: {
      ...number,
      description: 'The parameter of the template: how many, or days; 0 where it has none.',
    },
    rules: {
      type: 'array',
      items: number,
      description: 'The places of those that cover it and do not keep it.',
    },
    tag: text,
    cluster: text,
    days: number,
  },
} as const;

/** A reason as an object. */
export function becauseView(by: Reason): Readonly<Record<string, unknown>> {
  const kind = words[by.kind];
  switch (by.kind) {
    case 'rule':
      return { kind, rule: by.rule, template: by.template, number: by.number };
    case 'no rule keeps it':
      return { kind, rules: by.rules };
    case 'immutable tag':
    case 'protected tag':
      return { kind, tag: by.tag, rule: by.rule };
    case 'in use':
    case 'list has ended':
      return { kind, cluster: by.cluster };
    case 'pulled lately':
      return { kind, days: by.days };
    case 'no rule covers the repository':
    case 'listed by an index that stays':
    case 'untagged':
      return { kind };
  }
}
