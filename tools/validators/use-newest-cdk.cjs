/* Preloaded: has whatever asks for the CDK get the newest one, which CDK_FOLDER holds. */
'use strict';
const Module = require('node:module');

const { CDK_FOLDER } = process.env;
const resolveFilename = Module._resolveFilename;

Module._resolveFilename = function (request, parent, isMain, options) {
  return /^(aws-cdk-lib|constructs)($|\/)/.test(request) && CDK_FOLDER
    ? resolveFilename.call(this, request, parent, isMain, { ...options, paths: [CDK_FOLDER] })
    : resolveFilename.call(this, request, parent, isMain, options);
};
