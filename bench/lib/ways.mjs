// The ways a program meets the same work, and what each changes of a case and of its session.

/** One answer after the other. */
const warm = {};
/** One answer every two seconds in a process that holds 100 MB and allocates beside it; one round, as waiting takes long. */
const natural = { every: 2_000, rounds: 1, warm: 5, samples: 15 };
/** A full collection before each answer. */
const worst = {};
/** A fresh process for each sample, which imports the client, makes one and reads one answer. */
const cold = { samples: 1, warm: -1 };

const ways = { warm, natural, worst, cold };
const quick = { natural: { samples: 5, warm: 2 }, cold: { rounds: 5 } };
const full = { cold: { rounds: 15 } };

/** The case in that way. `settings` of the case go before those of the way, except for what the way is. */
export function inWay(way, work, { quick: isQuick }) {
  const name = way === 'warm' ? work.name : `${work.name}, ${way}`;
  return {
    ...work,
    name,
    way,
    settings: { ...work.settings, ...ways[way], ...(isQuick ? quick : full)[way] },
  };
}
