/** The name of a column's field in Harbor's code, which clients may use too: `project_id` is `ProjectID`. */
export function fieldNameOf(column: string): string {
  return column
    .split('_')
    .map((word) => (word === 'id' ? 'ID' : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
}
