/** Letters that bring the JSON of `said` to a multiple of 32 characters, so that the size of a chunk tells little about it. */
export function padding(said: unknown): string {
  let letters = '';
  for (let missing = 32 - (JSON.stringify(said).length % 32); missing > 0; missing--) {
    letters += alphabet[Math.floor(Math.random() * alphabet.length)];
  }
  return letters;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
