/** Kinds of weakness as advisories and documents name them (after the names of the CWE list), each with its other names. */
export const WEAKNESSES: readonly (readonly [kind: string, names: RegExp])[] = [
  ['heap overflow', /heap(?:[- ]based)?(?: buffer)?[- ]overflow|heap out[- ]of[- ]bounds write/i],
  ['buffer overflow', /(?<!heap[- ])(?<!heap[- ]based )(?:buffer|stack)[- ]overflow|buffer overrun/i],
  ['use after free', /use[- ]after[- ]free|\bUAF\b/i],
  ['out-of-bounds', /out[- ]of[- ]bounds?(?: read| write| access)?|\bOOB\b|over-?read/i],
  ['integer overflow', /integer (?:overflow|underflow)/i],
  ['null pointer', /null[- ]pointer|null[- ]?ptr|null dereference/i],
  [
    'code execution',
    /\bRCE\b|(?:remote|arbitrary|unauthenticated)[\w ]* code[- ]execution|code[- ]execution|execut\w+ (?:of )?(?:arbitrary|malicious) (?:code|commands?)|code injection/i,
  ],
  ['deserialization', /(?:insecure |unsafe )?deseriali[sz]\w*|unpickl\w+/i],
  ['path traversal', /(?:path|directory)[- ]traversal|zip[- ]slip|arbitrary file (?:write|read|overwrite)/i],
  [
    'regular expression',
    /\bre-?dos\b|regular[- ]expression (?:denial|dos)|catastrophic backtracking|regex (?:dos|denial)|inefficient regular expression/i,
  ],
  [
    'denial of service',
    /denial[- ]of[- ]service|\bDoS\b|resource exhaustion|memory exhaustion|uncontrolled resource|infinite loop|decompression bomb/i,
  ],
  [
    'timing',
    /timing[- ](?:attack|oracle|side[- ]channel|discrepancy)|timing attacks|bleichenbacher|side[- ]channel/i,
  ],
  ['request smuggling', /(?:request|response)[- ]smuggling/i],
  ['request forgery', /\bSSRF\b|\bCSRF\b|request forgery/i],
  ['cross-site scripting', /\bXSS\b|cross[- ]site[- ]scripting/i],
  ['sql injection', /sql[- ]injection|\bSQLi\b/i],
  [
    'injection',
    /(?:command|template|header|crlf|log|argument|prompt|xml|ldap|html)[- ]injection|\bSSTI\b|\bXXE\b|external entit/i,
  ],
  ['redirect', /open redirect/i],
  [
    'information disclosure',
    /information (?:disclosure|exposure|leak\w*)|(?:credential|cookie|data|memory)s? (?:leak\w*|disclosure|exposure)|leaks? (?:of )?(?:credentials?|cookies?|headers?)|sensitive (?:information|data)/i,
  ],
  [
    'authentication bypass',
    /(?:auth\w*|access control|safe[- ]mode|sandbox|signature|certificate)[\w ]* bypass|bypass(?:es)? (?:of )?(?:auth\w*|safe|sandbox|signature|certificate|security)|privilege escalation|improper (?:access|auth)\w*/i,
  ],
  [
    'memory corruption',
    /memory corruption|double[- ]free|type confusion|uninitiali[sz]ed|segmentation fault|segfault/i,
  ],
  ['prototype pollution', /prototype pollution|cache poisoning|race condition|\bTOCTOU\b/i],
  ['vulnerability', /\b(?:vulnerabilit(?:y|ies)|security (?:flaws?|holes?|bugs?)|insecure|exploit\w*)\b/i],
];

/** Whether words name a weakness of some kind. */
export function namesWeakness(text: string): boolean {
  return WEAKNESSES.some(([, names]) => names.test(text));
}

/** Ids of advisories (CVE, GitHub, PyPI, OSV, Snyk). */
export const ADVISORY_ID =
  /(?<![\w-])(?:CVE-\d{4}-\d{4,7}|GHSA(?:-[a-z0-9]{4}){3}|PYSEC-\d{4}-\d{1,6}|OSV-\d{4}-\d{1,7}|SNYK-PYTHON-[A-Z0-9]+-\d{1,9})(?![\w-])/gi;
