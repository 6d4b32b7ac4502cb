import { type ComponentProps, type ReactNode, useId } from 'react';
import { useBegun } from '../show/use-begun.ts';

interface FieldProps {
  readonly label: string;
  readonly help?: ReactNode;
  readonly problem?: string | undefined;
}

interface TextFieldProps extends FieldProps, Omit<ComponentProps<'input'>, 'id' | 'onChange' | 'value'> {
  readonly value: string;
  readonly onValue: (value: string) => void;
}

export function TextField({ label, help, problem, value, onValue, ...rest }: TextFieldProps): ReactNode {
  const { id, described, notes } = useNotes(help, problem);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={described}
        autoCapitalize="off"
        spellCheck={false}
        {...rest}
      />
      {notes}
    </div>
  );
}

interface TextAreaProps extends FieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly rows?: number;
}

export function TextArea({ label, help, problem, value, onValue, rows = 6 }: TextAreaProps): ReactNode {
  const { id, described, notes } = useNotes(help, problem);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={described}
      />
      {notes}
    </div>
  );
}

interface SelectFieldProps<T extends string> extends FieldProps {
  readonly value: T;
  readonly onValue: (value: T) => void;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  /** The label is for those who do not see where it stands. */
  readonly quiet?: boolean;
}

export function SelectField<T extends string>(props: SelectFieldProps<T>): ReactNode {
  const { label, help, problem, value, onValue, options, quiet } = props;
  const { id, described, notes } = useNotes(help, problem);
  const drawn = useBegun() ? options : firstOptions(options, value);
  return (
    <div className="field">
      <label htmlFor={id} className={quiet === true ? 'unseen' : undefined}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onValue(chosen.value);
        }}
        aria-describedby={described}
      >
        {drawn.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {notes}
    </div>
  );
}

/** What shows while the list is closed: what is chosen, in the width of the longest. */
function firstOptions<O extends { readonly value: string; readonly label: string }>(
  options: readonly O[],
  value: string,
): readonly O[] {
  const longest = options.reduce((most, { label }) => Math.max(most, label.length), 0);
  const wide = options.find(({ label }) => label.length === longest);
  return options.filter((option) => option === wide || option.value === value);
}

interface CheckFieldProps {
  readonly label: string;
  readonly help?: ReactNode;
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
}

export function CheckField({ label, help, checked, onChecked }: CheckFieldProps): ReactNode {
  const { id, described, notes } = useNotes(help, undefined);
  return (
    <div className="field check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChecked(event.target.checked)}
        aria-describedby={described}
      />
      <label htmlFor={id}>{label}</label>
      {notes}
    </div>
  );
}

function useNotes(help: ReactNode, problem: string | undefined) {
  const id = useId();
  const described =
    [help === undefined ? '' : `${id}-help`, problem === undefined ? '' : `${id}-problem`].join(' ').trim() ||
    undefined;
  const notes = (
    <>
      {help === undefined ? null : (
        <p className="help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {problem === undefined ? null : (
        <p className="problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </>
  );
  return { id, described, notes };
}
