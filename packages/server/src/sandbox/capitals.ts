/** Countries and their capitals. */

/** Capital by country. */
export const capitals: Record<string, string> = Object.fromEntries(
  (
    'Argentina:Buenos Aires,Australia:Canberra,Austria:Vienna,Belgium:Brussels,Brazil:Brasília,Canada:Ottawa,Chile:Santiago,China:Beijing,' +
    'Colombia:Bogotá,Croatia:Zagreb,Czechia:Prague,Denmark:Copenhagen,Egypt:Cairo,England:London,Estonia:Tallinn,Finland:Helsinki,France:Paris,' +
    'Germany:Berlin,Greece:Athens,Hungary:Budapest,Iceland:Reykjavík,India:New Delhi,Indonesia:Jakarta,Ireland:Dublin,Israel:Jerusalem,Italy:Rome,' +
    'Japan:Tokyo,Kenya:Nairobi,Latvia:Riga,Lithuania:Vilnius,Mexico:Mexico City,Morocco:Rabat,Netherlands:Amsterdam,New Zealand:Wellington,' +
    'Nigeria:Abuja,Norway:Oslo,Peru:Lima,Poland:Warsaw,Portugal:Lisbon,Romania:Bucharest,Russia:Moscow,Scotland:Edinburgh,Senegal:Dakar,' +
    'Serbia:Belgrade,Slovakia:Bratislava,Slovenia:Ljubljana,South Korea:Seoul,Spain:Madrid,Sweden:Stockholm,Switzerland:Bern,Thailand:Bangkok,' +
    'Turkey:Ankara,Ukraine:Kyiv,United Kingdom:London,United States:Washington,USA:Washington,Uruguay:Montevideo,Vietnam:Hanoi,Wales:Cardiff'
  )
    .split(',')
    .map((pair) => pair.split(':') as [string, string]),
);

/** The country a name stands for: its own, or that of the capital it is. Undefined for any other name. */
export function countryOf(name: string): string | undefined {
  if (Object.hasOwn(capitals, name)) return name;
  return Object.keys(capitals).find((country) => capitals[country] === name);
}
