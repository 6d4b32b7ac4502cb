import { isMailbox, isMailDomain } from './mailbox.ts';

/** Divided by commas, with or without spaces behind them. */
export function parseList(text: string): readonly string[] {
  return text === '' ? [] : text.split(',').map((each) => each.trim());
}

export function isRecipientList(text: string): boolean {
  return parseList(text).every((each) => isMailbox(each) || isMailDomain(each));
}

/** Whether mail may be sent to the address. @param allowed domains and addresses; empty: anybody */
export function mayReceive(address: string, allowed: string): boolean {
  const wanted = address.toLowerCase();
  const known = parseList(allowed.toLowerCase());
  return (
    known.length === 0 || known.includes(wanted) || known.includes(wanted.slice(wanted.lastIndexOf('@') + 1))
  );
}
