import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import * as ts from 'typescript';

const SRC = join(__dirname, '..', '..', 'src');

/**
 * Every message that a user can meet, as the sources have it: what is given to the functions that make errors of the library's own, and the
 * advice that goes with refusals of Lightsail's. What is put in at run time is `…`, and only the beginning counts: up to the first colon, full
 * stop or `got`.
 */
export function messages(): string[] {
  const found = new Set<string>();
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))) {
    const source = ts.createSourceFile(file, readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.Latest, true);
    visit(source, node => messagesAt(node, source).forEach(message => found.add(message)));
  }
  return [...found].sort();
}

/** As the troubleshooting page titles it. */
function titleOf(message: string): string {
  return message.replace(/`/g, '').replace(/…+/g, '…').replace(/^(…\/)?…: /, '').split(/[.,;]? got |: |\. |, (?=…)/)[0].replace(/[:,.]$/, '').trim();
}

function messagesAt(node: ts.Node, source: ts.SourceFile): string[] {
  const told = (argument: ts.Expression | undefined, before = '') =>
    argument ? skeletons(argument, source).map(text => titleOf(before + text)).filter(title => /[a-z]{2}.* .*[a-z]{2}/.test(title)) : [];

  if (ts.isNewExpression(node)) {
    const name = node.expression.getText();
    const own = name === 'TerminalError' || (name === 'Error' && !source.fileName.startsWith('functions'));
    return own ? told(node.arguments?.[0]) : [];
  }
  if (ts.isCallExpression(node)) {
    const name = node.expression.getText();
    if (name === 'validationError') return told(node.arguments[1]);
    if (name === 'problems.push') return told(node.arguments[0]);
    if (name.endsWith('.addWarningV2')) return told(node.arguments[1]);
    if (name.endsWith('.addError')) return told(node.arguments[0]);
    if (['fail', 'failAhead', 'respondFailed'].includes(name)) return told(node.arguments[2]);
    if (name === 'toTerminalError') return told(node.arguments[0], '… refused to ');
  }
  if (ts.isPropertyAssignment(node)) {
    if (node.name.getText() === 'attempt') return told(node.initializer, '… refused to ');
    if (node.name.getText() === 'advice' && node.initializer.kind !== ts.SyntaxKind.ArrayLiteralExpression) return told(node.initializer);
    if (node.name.getText() === 'Reason') return told(node.initializer);
  }
  if (ts.isVariableDeclaration(node) && /^UNKNOWN_IS_/.test(node.name.getText())) return told(node.initializer);
  if (ts.isBinaryExpression(node) && /\.failure$/.test(node.left.getText())) return told(node.right);
  if (ts.isArrayLiteralExpression(node) && node.elements.length === 2 && isTest(node.elements[0])) return told(node.elements[1]);
  return [];
}

/** The first half of an advice: what errors it is for. */
function isTest(node: ts.Node): boolean {
  return ts.isArrowFunction(node) || (ts.isCallExpression(node) && node.expression.getText() === 'says') || /^is[A-Z]\w+$/.test(node.getText());
}

/** What an expression may come to, as far as it is text. A function of the same file is looked into. */
function skeletons(node: ts.Expression, source: ts.SourceFile): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [node.head.text + node.templateSpans.map(span => `…${span.literal.text}`).join('')];
  if (ts.isParenthesizedExpression(node)) return skeletons(node.expression, source);
  if (ts.isConditionalExpression(node)) return [...skeletons(node.whenTrue, source), ...skeletons(node.whenFalse, source)];
  if (ts.isBinaryExpression(node)) {
    const [lefts, rights] = [skeletons(node.left, source), skeletons(node.right, source)];
    return node.operatorToken.kind === ts.SyntaxKind.PlusToken ? lefts.flatMap(left => rights.map(right => left + right)) : [...lefts, ...rights];
  }
  if (ts.isCallExpression(node)) {
    if (node.expression.getText() === 'clip') return skeletons(node.arguments[0], source);
    const callee = source.statements.find(statement => ts.isFunctionDeclaration(statement) && statement.name?.text === node.expression.getText());
    const returned: string[] = [];
    if (callee) visit(callee, inner => ts.isReturnStatement(inner) && inner.expression && returned.push(...skeletons(inner.expression, source)));
    if (returned.length > 0) return returned;
  }
  return ['…'];
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, child => visit(child, see));
}
