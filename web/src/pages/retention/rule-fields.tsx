import { type ReactNode, useId } from 'react';
import { DeleteButton } from '../../ui/controls/button.tsx';
import { CheckField, SelectField, TextField } from '../../ui/controls/field.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import {
  furtherOf,
  numberOf,
  type Rule,
  repositoryPatternOf,
  tagPatternOf,
  takesUntagged,
  templates,
  withNumber,
  withRepositoryPattern,
  withTagPattern,
  withTemplate,
  withUntagged,
} from './policy.ts';
import { retentionTexts } from './text.ts';

interface RuleFieldsProps {
  readonly no: number;
  readonly rule: Rule;
  readonly onRule: (rule: Rule) => void;
  readonly onRemove: () => void;
}

export function RuleFields({ no, rule, onRule, onRemove }: RuleFieldsProps): ReactNode {
  const said = useTexts(retentionTexts);
  const ui = useTexts(uiTexts);
  const id = useId();
  const { template = 'always' } = rule;
  const offered = new Set([...templates, template]);
  const further = furtherOf(rule);
  return (
    <div className="retention-rule" role="group" aria-labelledby={id}>
      <h3 id={id}>{said.ruleOf(String(no))}</h3>
      <div className="retention-row">
        <SelectField
          label={said.keep}
          value={template}
          onValue={(value) => onRule(withTemplate(rule, value))}
          options={[...offered].map((value) => ({ value, label: said[value] }))}
        />
        {template === 'always' ? null : (
          <TextField
            type="number"
            min={1}
            label={said.number}
            value={String(numberOf(rule))}
            onValue={(value) => onRule(withNumber(rule, Math.trunc(Number(value)) || 0))}
          />
        )}
        <TextField
          label={said.tags}
          help={said.patternHelp}
          value={tagPatternOf(rule)}
          onValue={(value) => onRule(withTagPattern(rule, value))}
        />
        <TextField
          label={said.repositories}
          help={said.repositoryHelp}
          value={repositoryPatternOf(rule)}
          onValue={(value) => onRule(withRepositoryPattern(rule, value))}
        />
      </div>
      {further === '' ? null : (
        <p className="help">
          {said.more}
          {ui.colon}
          <code>{further}</code>
        </p>
      )}
      <div className="retention-actions">
        <CheckField
          label={said.untagged}
          checked={takesUntagged(rule)}
          onChecked={(untagged) => onRule(withUntagged(rule, untagged))}
        />
        <CheckField
          label={said.disabled}
          checked={rule.disabled === true}
          onChecked={(disabled) => onRule({ ...rule, disabled })}
        />
        <span className="retention-remove">
          <DeleteButton label={said.removeRule(String(no))} onClick={onRemove} />
        </span>
      </div>
    </div>
  );
}
