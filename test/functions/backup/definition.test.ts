import validate from 'asl-validator';
import { backupDefinition } from '../../../src/private/backup-definition';

const definition = () => backupDefinition('aws-cn', 'arn:aws-cn:lambda:cn-north-1:123456789012:function:Backup');

test('the definition is valid for a validator that others wrote', () => {
  const { isValid, errorsText } = validate(definition());
  expect(errorsText('\n')).toBe('');
  expect(isValid).toBe(true);
});

test('it is plain enough for the local emulator', () => {
  const text = JSON.stringify(definition());
  for (const feature of ['JSONata', 'ItemBatcher', 'ResultWriter', 'QueryLanguage']) expect(text).not.toContain(feature);
  expect(text).not.toContain('arn:aws:');
});
