import { type ReactNode, type SubmitEvent, useState } from 'react';
import type { Input } from '../../api/call.ts';
import { useFailureText } from '../../api/failure.tsx';
import type { Setting } from '../../api/settings/setting-words.ts';
import { useChange } from '../../api/use-change.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { CheckField, SelectField, TextField } from '../../ui/controls/field.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { Copyable } from '../../ui/show/values.tsx';
import { formatBytes, formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { quoted } from '../../ui/text/quoted.ts';
import { settingsTexts } from './text.ts';
import { textOf, useSettingWords } from './use-setting-words.ts';

type Changes = Input<'PUT /api/v2.0/configurations'>['body'];

const formId = 'change-setting';

export function ChangeSetting(props: { readonly setting: Setting; readonly onClose: () => void }): ReactNode {
  const { setting, onClose } = props;
  const { name = '', value = '""', default: fallback = '""' } = setting;
  const said = useTexts(settingsTexts);
  const { language } = useLanguage();
  const title = setting.title?.[language] ?? name;
  const words = useSettingWords();
  const failureText = useFailureText();
  const toast = useToast();
  const [text, setText] = useState(() => textOf(value));
  const change = useChange('PUT /api/v2.0/configurations');
  const undo = useChange('PUT /api/v2.0/configurations');
  const wanted = wantedOf(setting, text);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (wanted === undefined) return;
    change.mutate(
      { body: bodyOf(name, wanted) },
      {
        onSuccess: () => {
          const action = {
            label: said.undo,
            onChoose: () => undo.mutate({ body: bodyOf(name, JSON.parse(value) as Wanted) }),
          };
          toast({ text: said.saved(title), action });
          onClose();
        },
      },
    );
  };
  const problem =
    wanted === undefined ? said.noNumber : change.error === null ? undefined : failureText(change.error);
  return (
    <Dialog
      title={said.changeOne(title)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={() => setText(textOf(fallback))}>{said.toDefault}</Button>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button look="primary" submit form={formId} busy={change.isPending}>
            {said.save}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" onSubmit={submit}>
        <p>{setting.help?.[language]}</p>
        <Copyable text={name} />
        <ValueField setting={setting} title={title} text={text} onText={setText} problem={problem} />
        <p className="help">{said.defaultIs(words(setting, textOf(fallback)))}</p>
        <AsCommand code={`berth config set ${name} ${quoted(text)}`} />
      </form>
    </Dialog>
  );
}

type Wanted = boolean | number | string;

/** The value that is typed; undefined where it is none of the setting's type. */
function wantedOf({ type }: Setting, text: string): Wanted | undefined {
  if (type === 'boolean') return text === 'true';
  if (type !== 'integer') return text;
  return /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}

/** The server says what it thinks of the value. */
function bodyOf(name: string, value: Wanted): Changes {
  return { [name]: value };
}

interface ValueFieldProps {
  readonly setting: Setting;
  readonly title: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly problem: string | undefined;
}

function ValueField({ setting, title, text, onText, problem }: ValueFieldProps): ReactNode {
  const { type, choices } = setting;
  const help = useNumberHelp(setting, text);
  const words = useSettingWords();
  if (type === 'boolean')
    return (
      <>
        <CheckField label={title} checked={text === 'true'} onChecked={(on) => onText(String(on))} />
        {problem === undefined ? null : (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
      </>
    );
  if (choices !== undefined)
    return (
      <SelectField
        label={title}
        value={text}
        onValue={onText}
        problem={problem}
        options={choices.map((value) => ({ value, label: words(setting, value) }))}
      />
    );
  return (
    <TextField
      label={title}
      value={text}
      onValue={onText}
      problem={problem}
      autoFocus
      autoComplete="off"
      inputMode={type === 'integer' ? 'numeric' : 'text'}
      help={help}
    />
  );
}

const units = { bytes: 'inBytes', seconds: 'inSeconds', minutes: 'inMinutes', days: 'inDays' } as const;

/** What a number counts, from where to where, and what the one that is typed means. */
function useNumberHelp(setting: Setting, text: string): string | undefined {
  const { type, unit, unlimited, min, max } = setting;
  const said = useTexts(settingsTexts);
  const { language } = useLanguage();
  const words = useSettingWords();
  if (type !== 'integer' || min === undefined || max === undefined) return undefined;
  const limitText = (value: number): string =>
    unit === 'bytes' ? formatBytes(value, language) : formatNumber(value, language);
  const meaning = words(setting, text.trim());
  return [
    ...(unit === undefined ? [] : [said[units[unit]]]),
    said.range(limitText(min), limitText(max)),
    ...(unlimited === undefined ? [] : [said.orUnlimited(String(unlimited))]),
    ...(meaning === text.trim() || wantedOf(setting, text) === undefined ? [] : [said.means(meaning)]),
  ].join(' · ');
}
