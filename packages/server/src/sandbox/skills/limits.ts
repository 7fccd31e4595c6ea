/** What the sandbox can only admit: languages it has a few phrases of, and what it cannot see or hear. */
import { listed } from './results.ts';
import { quoted, quotedLast, type Skill } from './skill.ts';

const foreign: Record<string, [string, string][]> = {
  French: [
    [
      'Vous avez demandé',
      'Je suis un bac à sable, pas un vrai modèle, mais je réponds volontiers en français.',
    ],
  ],
  German: [
    ['Sie haben gefragt:', 'Ich bin ein Sandkasten und kein echtes Modell, antworte aber gern auf Deutsch.'],
  ],
  Spanish: [
    [
      'Usted preguntó',
      'Soy un entorno de pruebas, no un modelo de verdad, pero respondo con gusto en español.',
    ],
  ],
  Italian: [
    ['Lei ha chiesto', 'Sono un ambiente di prova, non un vero modello, ma rispondo volentieri in italiano.'],
  ],
  Portuguese: [
    [
      'Você perguntou',
      'Sou um ambiente de testes, não um modelo de verdade, mas respondo com prazer em português.',
    ],
  ],
  Dutch: [['U vroeg', 'Ik ben een zandbak en geen echt model, maar ik antwoord graag in het Nederlands.']],
};

export const otherLanguage: Skill = ({ question }, random, { language }) => {
  if (language === 'English') return undefined;
  const found = foreign[language];
  if (!found)
    return {
      text: `You asked for ${language}, of which I know only the name. In English, then: I have read ${quotedLast(question)}`,
    };
  const [asked, rest] = random.pick(found);
  return { text: `${asked} ${quoted(question)}. ${rest}` };
};

export const looking: Skill = ({ attachments, question }) => {
  if (attachments.length === 0) return undefined;
  const asked = question ? ` As for ${quoted(question)}: a model with eyes and ears could tell you.` : '';
  return {
    text: `You sent me ${listed(attachments)}. I can tell what kind of thing it is, but a sandbox cannot see or hear it.${asked}`,
  };
};
