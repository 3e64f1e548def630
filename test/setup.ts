// Newer CDK versions validate every template while synthesising: two seconds and 270 MiB a process. One test switches it on.
process.env.CDK_VALIDATION ??= 'false';
