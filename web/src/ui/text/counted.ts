/**
 * `1 day`, `30 days`: for English, which has a form of its own for one.
 * @param count as it is shown
 */
export function counted(count: string, one: string, many = `${one}s`): string {
  return `${count} ${count === '1' ? one : many}`;
}
