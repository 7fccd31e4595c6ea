/** A fresh id: `prefix`, a dash, and 29 random letters and digits. */
export function newCompletionId(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(29));
  return `${prefix}-${Array.from(bytes, (byte) => letters[byte % letters.length]).join('')}`;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
