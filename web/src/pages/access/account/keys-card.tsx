import { type ReactNode, useState } from 'react';
import { CheckField } from '../../../ui/controls/field.tsx';
import { singleKeysOn, switchSingleKeys } from '../../../ui/text/keys-preference.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { accountTexts } from './text.ts';

/** Of this browser, as language and theme are. */
export function KeysCard(): ReactNode {
  const said = useTexts(accountTexts);
  const [on, setOn] = useState(singleKeysOn);
  return (
    <section className="card">
      <h2>{said.preferences}</h2>
      <CheckField
        label={said.singleKeys}
        help={said.singleKeysHelp}
        checked={on}
        onChecked={(checked) => {
          switchSingleKeys(checked);
          setOn(checked);
        }}
      />
    </section>
  );
}
