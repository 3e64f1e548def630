export * from './instance-snapshot';
export * from './snapshot-provider';
