import { createContext, type ReactNode } from 'react';

/** What a table without rows shows where a filter is set; undefined: none is. */
export const NoMatch = createContext<ReactNode>(undefined);
