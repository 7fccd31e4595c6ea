import { openDatabase } from '../src/store/database.ts';
import { describePlans } from './plans.contract.ts';

interface Step {
  detail: string;
}

describePlans('plans of SQLite', {
  open: () => openDatabase(':memory:'),
  analyse: async () => {},
  explain: 'explain query plan',
  fault(plan) {
    const details = (plan as Step[]).map(({ detail }) => detail);
    // The rows of a page are put in order once more after they have been joined to their completions.
    const isOfPage = details.includes('SCAN page');
    return details.find(
      (detail) =>
        /^SCAN (?:completions|completion_terms|deleted_completions|entry|other)\b/.test(detail) ||
        (detail.includes('TEMP B-TREE') && !isOfPage),
    );
  },
});
