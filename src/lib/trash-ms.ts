/** How long deleted tags and artifacts can be brought back. */
export const trashMs = 7 * 24 * 60 * 60 * 1000;
