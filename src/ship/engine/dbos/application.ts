/** Other applications may live in the same database. */
export const APPLICATION = 'fettle';
