/** Third part of the page's script: one phone in full, the end of every drill-down. Plain JavaScript. */
export const CLIENT_DETAIL = String.raw`
var ANSWERS = { pass: '✓ pass', fail: '✕ fail', unknown: '? unknown', 'not-applicable': '– not applicable' };

function fact(term, value) {
  var shown = Array.isArray(value)
    ? (value.length ? make('ul', {}, value.map(function (item) { return make('li', {}, item); })) : '–')
    : value === null || value === undefined || value === '' ? '–' : String(value);
  return make('div', {}, [make('dt', {}, term), make('dd', {}, shown)]);
}

function detail(phone) {
  var facts = make('dl', { class: 'facts' }, [
    fact('Device key', phone.key), fact('User', phone.user), fact('Serial', phone.serial),
    fact('Model', [phone.maker, phone.modelName, phone.modelId === phone.modelName ? null : phone.modelId].filter(Boolean).join(' ')),
    fact('OS', phone.os[0]), fact('Apps watched', phone.app), fact('Lines', phone.lines),
    fact('Management', phone.mode[0] + ', ' + phone.ownership), fact('Enrollment', phone.enrollment),
    fact('Enrolled', when(phone.enrolledAt)), fact('Last seen', when(phone.lastSeenAt)),
    fact('Inventory as of', when(phone.inventoryAt)), fact('Compliance', page.labels.compliance[phone.compliance]),
    fact('Readiness', phone.readiness)
  ]);
  if (phone.duplicateOf) facts.append(fact('Counted as', phone.duplicateOf + ' (' + page.labels.duplicate[phone.duplicate] + ')'));
  if (phone.rules.length === 0) return [facts, make('p', { class: 'soft small' }, 'No rule judges this device.')];
  return [facts, make('div', { class: 'scroll' }, ruleTable(phone))];
}

function ruleTable(phone) {
  var heads = ['Rule', 'Answer', 'Observed', 'Required', 'Source field', 'Source time', 'Reason and next step'];
  var body = make('tbody', {}, unpackRules(phone.rules, phone.inventoryAt).map(ruleRow));
  return make('table', { class: 'rules' }, [
    make('caption', {}, 'Every rule of policy ' + page.policy.slice(0, 12) + ', with the evidence it was judged on'),
    make('thead', {}, make('tr', {}, heads.map(function (head) { return make('th', { scope: 'col' }, head); }))),
    body
  ]);
}

function ruleRow(rule) {
  var why = make('td', { class: 'why' }, rule.reason);
  if (rule.exception) why.append(make('span', { class: 'next' }, 'Exception: ' + rule.exception));
  if (rule.graceUntil) why.append(make('span', { class: 'next' }, 'In grace until ' + when(rule.graceUntil)));
  if (rule.next) why.append(make('span', { class: 'next' }, 'Next: ' + rule.next));
  return make('tr', {}, [
    make('th', { scope: 'row' }, rule.rule + (rule.line === null ? '' : ' (line ' + rule.line + ')')),
    make('td', { class: 'answer ' + rule.answer }, ANSWERS[rule.answer] || rule.answer),
    make('td', {}, rule.observed === null ? '–' : rule.observed), make('td', {}, rule.required === null ? '–' : rule.required),
    make('td', { class: 'mono' }, rule.field), make('td', {}, when(rule.time)), why
  ]);
}
`;
