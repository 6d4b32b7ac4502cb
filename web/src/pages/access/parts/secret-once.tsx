import { type ReactNode, useState } from 'react';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/controls/dialog.tsx';
import { SelectField } from '../../../ui/controls/field.tsx';
import { CodeBlock } from '../../../ui/show/code-block.tsx';
import { Icon } from '../../../ui/show/icon.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { type SecretForm, secretForm, secretForms } from './secret-forms.ts';
import { secretTexts } from './secret-text.ts';

interface SecretOnceProps {
  readonly title: string;
  readonly username: string;
  readonly secret: string;
  readonly onClose: () => void;
}

/** A secret that was just made, in the forms in which programs take it. The server cannot show it again. */
export function SecretOnce({ title, username, secret, onClose }: SecretOnceProps): ReactNode {
  const said = useTexts(secretTexts);
  const [form, setForm] = useState<SecretForm>('login');
  const text = secretForm(form, { host: location.host, username, secret });
  return (
    <Dialog
      wide
      title={title}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          {said.kept}
        </Button>
      }
    >
      <p className="banner warning">
        <Icon name="warning" />
        <span>{said.once}</span>
      </p>
      <dl className="details">
        <dt>{said.username}</dt>
        <dd>
          <code>{username}</code>
        </dd>
      </dl>
      <CodeBlock label={said.secret} code={secret} />
      <SelectField
        label={said.form}
        value={form}
        onValue={setForm}
        options={secretForms.map((value) => ({ value, label: said[value] }))}
      />
      <CodeBlock label={said[form]} code={text} />
    </Dialog>
  );
}
