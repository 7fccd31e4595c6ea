// The ways a program meets the same work, and what each changes of a case and of its session.

/** One response after another. */
const warm = {};
/** One response every two seconds, in a process that holds 100 MB and allocates memory. One round, because waiting takes long. */
const natural = { every: 2_000, rounds: 1, warm: 5, samples: 15 };
/** A full garbage collection before each response. */
const worst = {};
/** A new process for each sample. It imports the client, creates it and reads one response. */
const cold = { samples: 1, warm: -1 };

const ways = { warm, natural, worst, cold };
const quick = { natural: { samples: 5, warm: 2 }, cold: { rounds: 5 } };
const full = { cold: { rounds: 15 } };

/** The case in that way. `settings` of the case take precedence over those of the way, except for what the way is. */
export function inWay(way, work, { quick: isQuick }) {
  const name = way === 'warm' ? work.name : `${work.name}, ${way}`;
  return {
    ...work,
    name,
    way,
    settings: { ...work.settings, ...ways[way], ...(isQuick ? quick : full)[way] },
  };
}
