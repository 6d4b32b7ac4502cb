import { createContext } from 'react';

/** Where a table that is a list of cards puts the choice of its order; null: above its rows. */
export const OrderPlace = createContext<HTMLElement | null>(null);
