/** Of all texts that are remembered, each counted for somewhat more than it is long: what is read from a character takes some hundred bytes. */
const MOST_CHARACTERS = 2_000_000;
const PER_ANSWER = 20;

/** A pure function of text that remembers its answers; it forgets them all when their texts have become too many, or too long. */
export function memoByText<Answer>(compute: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  let characters = 0;
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = compute(text);
    const counted = text.length + PER_ANSWER;
    if (characters + counted > MOST_CHARACTERS) {
      answers.clear();
      characters = 0;
    }
    characters += counted;
    answers.set(text, answer);
    return answer;
  };
}
