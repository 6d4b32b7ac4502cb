import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { TextField } from '../../ui/controls/field.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { Swatch } from '../../ui/show/swatch.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { quoted } from '../../ui/text/quoted.ts';
import { colors, type Label, type LabelPlace, ofPlace } from './label.ts';
import { labelsTexts } from './text.ts';

interface EditLabelProps {
  /** Undefined: a new one. */
  readonly label: Label | undefined;
  readonly place: LabelPlace;
  readonly onClose: () => void;
}

const formId = 'edit-label';

export function EditLabel({ label, place, onClose }: EditLabelProps): ReactNode {
  const said = useTexts(labelsTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const [name, setName] = useState(label?.name ?? '');
  const [description, setDescription] = useState(label?.description ?? '');
  const [color, setColor] = useState(label?.color ?? '#0065AB');
  const create = useChange('POST /api/v2.0/labels');
  const update = useChange('PUT /api/v2.0/labels/{label_id}');
  const { scope, project_id: projectId } = place;
  const body = {
    name,
    description,
    color,
    scope,
    ...(projectId === undefined ? {} : { project_id: projectId }),
  };
  const error = create.error ?? update.error;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const onSuccess = (): void => {
      toast({ text: label === undefined ? said.made(name) : said.changed(name) });
      onClose();
    };
    if (label?.id === undefined) create.mutate({ body }, { onSuccess });
    else update.mutate({ path: { label_id: label.id }, body }, { onSuccess });
  };
  const what =
    label === undefined
      ? `create ${quoted(name || 'NAME')}`
      : `update ${quoted(label.name ?? '')} --name ${quoted(name)}`;
  return (
    <Dialog
      title={label === undefined ? said.add : said.changeOne(label.name ?? '')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button look="primary" submit form={formId} busy={create.isPending || update.isPending}>
            {said.save}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" onSubmit={submit}>
        <TextField
          label={said.name}
          value={name}
          onValue={setName}
          problem={error === null ? undefined : failureText(error)}
          required
          autoFocus
          autoComplete="off"
        />
        <TextField label={said.description} value={description} onValue={setDescription} autoComplete="off" />
        <Colors value={color} onValue={setColor} />
        <AsCommand
          code={`berth label ${what}${ofPlace(place)} --description ${quoted(description)} --color '${color}'`}
        />
      </form>
    </Dialog>
  );
}

function Colors(props: { readonly value: string; readonly onValue: (value: string) => void }): ReactNode {
  const { value, onValue } = props;
  const said = useTexts(labelsTexts);
  return (
    <fieldset className="label-colors">
      <legend>{said.color}</legend>
      {colors.map((color) => (
        <label key={color} title={color}>
          <input
            type="radio"
            name="color"
            className="unseen"
            aria-label={color}
            checked={color === value.toUpperCase()}
            onChange={() => onValue(color)}
          />
          <Swatch color={color} />
        </label>
      ))}
    </fieldset>
  );
}
