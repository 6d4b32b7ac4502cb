const domain =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
/** RFC 5322, 3.2.3: a dot-atom, as every server takes it. */
const local = /^(?=.{1,64}$)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;

export function isMailDomain(text: string): boolean {
  return domain.test(text);
}

/** `ops@example.com`: nothing that ends a line of a header, or begins another address. */
export function isMailbox(text: string): boolean {
  const at = text.lastIndexOf('@');
  return at > 0 && text.length <= 254 && local.test(text.slice(0, at)) && isMailDomain(text.slice(at + 1));
}
