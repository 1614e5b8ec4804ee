export async function openOsvScanner() { throw new Error('not yet'); }
