/** Where repositories are at home. */
export type ForgeName = 'github' | 'gitlab';
