/** A pure function of text that remembers its answers; it forgets them all when there are more than `limit`. */
export function memoByText<Answer>(
  compute: (text: string) => Answer,
  limit = 50_000,
): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = compute(text);
    if (answers.size >= limit) answers.clear();
    answers.set(text, answer);
    return answer;
  };
}
