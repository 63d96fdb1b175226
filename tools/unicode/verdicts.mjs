// Prints the constants of tests/MemoryStores.Tests/Contract/Unicode/ComposedFormFacts.cs:   node tools/unicode/verdicts.mjs
//
// The judge is ICU, as Node carries it: text is composed when normalize('NFC') returns it unchanged. The questions, and
// the order they are asked in, are the test's own; change both together.
import { createHash } from 'node:crypto';

const unicode = '17.0';
if (process.versions.unicode !== unicode)
  throw new Error(`This Node knows Unicode ${process.versions.unicode}; the verdicts are those of ${unicode}.`);

const everything = '0000-D7FF E000-10FFFF';
const characters =
  '0000-30FF A660-A6FF A800-A9FF AA80-AC3F D788-D7A3 F900-FB4F FE20-FE2F 10100-103FF 105C0-105EF 10A00-11DFF 11F40-11F4F ' +
  '16100-1613F 16AF0-16B3F 16D40-16D7F 16FE0-16FFF 1BC90-1BC9F 1D100-1D24F 1E000-1E15F 1E2A0-1E2FF 1E4E0-1E6FF 1E8D0-1E94F';
const neighbours =
  '0041 006F 00C5 0300-0304 0306-030C 030F 0311 0313-0315 031B 0321 0323-0328 032D-032E 0330-0331 0334 0338 0342 ' +
  '0344-0345 0358 035C-035D 0591 059A 05AE 05B0-05C2 064B-0655 0670 0711 093C 094D 09BE 09D7 0B3E 0B56-0B57 0BBE ' +
  '0BD7 0C55-0C56 0CC2 0CD5-0CD6 0D3E 0D57 0DCA 0DCF 0DDF 0E38-0E3A 0E48 0EB8 0EC8 0F71-0F74 102E 1100 1161 1175 ' +
  '11A7-11A8 11C2 1B35 1DCE 302A-302E 3099-309A AC00-AC01 FB1E 110BA 11127 1133E 11357 113B8 113BB 113C2 113C9 ' +
  '114B0 114BA 114BD 115AF 11930 1611E-16120 16129 16D67 16FF0 1D165 1D16D';
const letters =
  '0041 0061 00E9 00FC 0071 01B0 03B1 1F00 1F80 0418 05D0 0627 0928 09C7 0BC6 0CC6 0DD9 0F40 1100 AC00 AC01 304B 1EB9 ' +
  '2203 11099 1138B 114B9 16D63 1611E 1D157';

const codesOf = ranges => ranges.split(' ').flatMap(range => {
  const [first, last = first] = range.split('-').map(end => parseInt(end, 16));
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
});

function digest(name, questions) {
  const verdicts = createHash('sha256');
  let [asked, composed] = [0, 0];
  for (const text of questions) {
    const verdict = text.normalize('NFC') === text;
    verdicts.update(verdict ? '1' : '0');
    asked++;
    composed += verdict;
  }
  console.log(`${name}: ${composed} of ${asked} composed, ${verdicts.digest('hex')}`);
}

const textsOf = ranges => codesOf(ranges).map(code => String.fromCodePoint(code));
const beside = textsOf(neighbours);

function* pairs() {
  for (const character of textsOf(characters)) {
    for (const neighbour of beside) {
      yield character + neighbour;
      yield neighbour + character;
    }
  }
}

function* triples() {
  for (const letter of textsOf(letters))
    for (const first of beside)
      for (const second of beside) yield letter + first + second;
}

digest('Alone', textsOf(everything));
digest('Pairs', pairs());
digest('Triples', triples());
