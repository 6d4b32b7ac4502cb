import type { ReactNode } from 'react';
import { CheckField } from '../../../ui/controls/field.tsx';

interface ChoiceListProps {
  readonly label: string;
  /** Permissions, as the server names them. */
  readonly options: readonly string[];
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
}

/** Boxes to tick, of which there are many. */
export function ChoiceList({ label, options, chosen, onChosen }: ChoiceListProps): ReactNode {
  const toggle = (option: string, checked: boolean): void => {
    const next = new Set(chosen);
    if (checked) next.add(option);
    else next.delete(option);
    onChosen(next);
  };
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      <div className="choice-list" lang="en">
        {options.map((option) => (
          <CheckField
            key={option}
            label={option}
            checked={chosen.has(option)}
            onChecked={(checked) => toggle(option, checked)}
          />
        ))}
      </div>
    </fieldset>
  );
}
