/** Harbor's vendor type of what retention does. */
export const retentionKind = 'RETENTION';
