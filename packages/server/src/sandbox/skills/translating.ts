/** A phrase book of six languages. */
import { quoted, type Skill } from './skill.ts';
import { material } from './text.ts';

const phrases: Record<string, string[]> = {
  French: [
    'bonjour',
    'bonjour',
    'bonsoir',
    'merci',
    's’il vous plaît',
    'au revoir',
    'oui',
    'non',
    'le chat',
    'le chien',
    'eau',
    'monde',
    'comment allez-vous ?',
    'je t’aime',
    'où est la bibliothèque ?',
    'bonjour le monde',
    'bonne nuit',
    'ami',
    'maison',
    'livre',
  ],
  German: [
    'hallo',
    'guten Morgen',
    'guten Abend',
    'danke',
    'bitte',
    'auf Wiedersehen',
    'ja',
    'nein',
    'die Katze',
    'der Hund',
    'Wasser',
    'Welt',
    'wie geht es Ihnen?',
    'ich liebe dich',
    'wo ist die Bibliothek?',
    'hallo Welt',
    'gute Nacht',
    'Freund',
    'Haus',
    'Buch',
  ],
  Spanish: [
    'hola',
    'buenos días',
    'buenas tardes',
    'gracias',
    'por favor',
    'adiós',
    'sí',
    'no',
    'el gato',
    'el perro',
    'agua',
    'mundo',
    '¿cómo está?',
    'te quiero',
    '¿dónde está la biblioteca?',
    'hola mundo',
    'buenas noches',
    'amigo',
    'casa',
    'libro',
  ],
  Italian: [
    'ciao',
    'buongiorno',
    'buonasera',
    'grazie',
    'per favore',
    'arrivederci',
    'sì',
    'no',
    'il gatto',
    'il cane',
    'acqua',
    'mondo',
    'come sta?',
    'ti amo',
    'dov’è la biblioteca?',
    'ciao mondo',
    'buonanotte',
    'amico',
    'casa',
    'libro',
  ],
  Portuguese: [
    'olá',
    'bom dia',
    'boa tarde',
    'obrigado',
    'por favor',
    'adeus',
    'sim',
    'não',
    'o gato',
    'o cão',
    'água',
    'mundo',
    'como está?',
    'amo-te',
    'onde fica a biblioteca?',
    'olá mundo',
    'boa noite',
    'amigo',
    'casa',
    'livro',
  ],
  Dutch: [
    'hallo',
    'goedemorgen',
    'goedenavond',
    'dank je',
    'alsjeblieft',
    'tot ziens',
    'ja',
    'nee',
    'de kat',
    'de hond',
    'water',
    'wereld',
    'hoe gaat het?',
    'ik hou van je',
    'waar is de bibliotheek?',
    'hallo wereld',
    'welterusten',
    'vriend',
    'huis',
    'boek',
  ],
};
const english = [
  'hello',
  'good morning',
  'good evening',
  'thank you',
  'please',
  'goodbye',
  'yes',
  'no',
  'the cat',
  'the dog',
  'water',
  'world',
  'how are you',
  'i love you',
  'where is the library',
  'hello world',
  'good night',
  'friend',
  'house',
  'book',
];

export const translating: Skill = ({ question }, random) => {
  const [, language] =
    /\b(?:in|into|to) (French|German|Spanish|Italian|Portuguese|Dutch)\b/i.exec(question) ?? [];
  if (
    !language ||
    !/\btranslat|\bhow (?:do|would) (?:you|i|we) say\b|\bwhat is\b[^.?!]*\bin\b/i.test(question)
  )
    return undefined;
  const target = `${language.charAt(0).toUpperCase()}${language.slice(1).toLowerCase()}`;
  const asked = (
    material(question) ??
    /\b(?:translate|say) (?:the (?:word|phrase|sentence) )?(.+?) (?:in|into|to) /i.exec(question)?.[1] ??
    ''
  ).trim();
  const plain = asked
    .toLowerCase()
    .replace(/[^\p{L}\s]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  const index = english.findIndex((phrase) => phrase === plain || phrase === `the ${plain}`);
  const found = phrases[target]?.[index];
  if (!found) {
    return {
      text: `My phrase book is a small one, and ${quoted(asked || question)} is not in its ${target} column. Try “good morning”, “thank you” or “where is the library”.`,
    };
  }
  return {
    text: random.pick([
      `In ${target}, ${quoted(asked)} is “${found}”.`,
      `${quoted(asked)} is “${found}” in ${target}.`,
    ]),
    key: found,
  };
};
