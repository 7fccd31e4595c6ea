/** Counts in the output of commands: `1 completion`, `2 completions`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
